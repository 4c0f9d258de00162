"""What belongs to a wiki: one host, the folder of the first page, and patterns; one address for each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit, urlunsplit

from w3lib.url import canonicalize_url, url_query_cleaner

from knowledge.errors import SourceUnusable

# What only tells who came from where, or which visit this is.
NOISE = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid", "dclid",
    "fbclid",
    "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok",
    "phpsessid", "PHPSESSID", "jsessionid", "JSESSIONID", "sid", "SID", "sessionid", "sessionId",
    "session_id",
    "osCsid", "zenid", "cfid", "CFID", "cftoken", "CFTOKEN", "atl_token",
)  # fmt: skip
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_PORTS = {"https": 443, "http": 80}
LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """`start` is canonical. `include` and `exclude` are patterns of path and query, as of a shell."""

    start: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def origin(self) -> tuple[str, str]:
        """Scheme and host with port, to which alone requests go."""
        parts = urlsplit(self.start)
        return parts.scheme, parts.netloc

    def page(self, url: str) -> str:
        """The one address of a page of this host; empty for what is no page or on another host."""
        if len(url) > LONGEST_URL:
            return ""
        found = canonical(url)
        parts = urlsplit(found)
        scheme, netloc = self.origin
        # Old links of a wiki that has moved to https.
        if parts.scheme == "http" and scheme == "https" and parts.netloc == netloc:
            return urlunsplit(parts._replace(scheme="https"))
        return found if (parts.scheme, parts.netloc) == self.origin else ""

    def hold(self, page: str) -> bool:
        """Whether a canonical address is within; the start always is."""
        parts = urlsplit(page)
        if page == self.start:
            return True
        if (parts.scheme, parts.netloc) != self.origin or not parts.path.startswith(self._folder):
            return False
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        wanted = not self.include or _any(self.include, target)
        return wanted and not _any(self.exclude, target)

    @property
    def _folder(self) -> str:
        return urlsplit(self.start).path.rpartition("/")[0] + "/"


def bounds(start: str, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Bounds:
    """The bounds of a wiki by its first page. Raises SourceUnusable for an address that is none."""
    try:
        parts = urlsplit(start)
        good = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise SourceUnusable("a wiki's address is not understood; write https://host/path")
    if parts.username or parts.password:
        raise SourceUnusable(f"the address of {parts.hostname} has a password in it; give it as a secret")
    return Bounds(canonical(start), tuple(include), tuple(exclude))


def canonical(url: str) -> str:
    """The address without fragment, default port and what is noise; empty for what is not http(s)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    netloc = netloc if port in (None, _PORTS[scheme]) else f"{netloc}:{port}"
    try:
        return canonicalize_url(
            without_noise(urlunsplit((scheme, netloc, parts.path or "/", parts.query, "")))
        )
    except (ValueError, UnicodeError):
        return ""


def without_noise(url: str) -> str:
    """The address as it is, without sessions and what tells who came from where."""
    head, mark, fragment = url.partition("#")
    head = _PATH_SESSION.sub("", head)
    return (
        (url_query_cleaner(head, NOISE, remove=True, unique=False) if "?" in head else head) + mark + fragment
    )


def _any(patterns: Sequence[str], target: str) -> bool:
    return any(fnmatchcase(target, pattern) for pattern in patterns)
