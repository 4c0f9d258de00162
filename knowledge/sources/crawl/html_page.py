"""What a page of a wiki says to a crawler, and what it says to people."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml.html import HtmlElement

from knowledge.passage import About
from knowledge.sources.crawl.bounds import without_noise
from knowledge.sources.documents.html import html_text, own_part, parsed

# https://html.spec.whatwg.org/#attr-meta-http-equiv-refresh: a time without an address loads the same page.
_REFRESH = re.compile(
    r"\s*(?P<seconds>\d*)[\d.]*(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?[\"']?(?P<url>[^\"'\s]+)", re.IGNORECASE
)
# Seconds. What leaves later was there to be read.
AT_ONCE = 5
# The fields of an account's form, and of the one by which SAML sends a browser on.
_ACCOUNT = frozenset({"username", "current-password"})
_SAML = frozenset({"samlrequest", "samlresponse"})
_AROUND = ("header", "nav", "aside", "footer")
_LINKS = (("a", "href"), ("area", "href"), ("frame", "src"), ("iframe", "src"))
# As a whole part of host or path: a page about failing logins is no page to log in at.
_LOGIN = re.compile(
    r"[/.](?:(?:user|users|auth|account|accounts)[/_-])?(?:log[-_]?in|sign[-_]?in|sso|saml2?|oauth2?|auth|authenticate)(?=[/.?#]|$)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\d+|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b",
    re.IGNORECASE,
)
# A form for an account on a page that says little else is there to be filled in.
LITTLE = 600
_SHAPELESS = 40


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page as it was sent from `url`.

    `links` are absolute, in order; `canonical` is where the page says that it belongs, `moved` where it sends
    a browser at once. `shape` stands for its words without numbers and dates; it is empty where there are
    too few to tell.
    """

    title: str
    text: str
    links: tuple[str, ...]
    canonical: str
    moved: str
    indexed: bool
    followed: bool
    login: bool
    shape: str
    about: About


def html_page(url: str, raw: bytes, headers: dict[str, str]) -> HtmlPage:
    """Read a page; header names are in lower case. Raises DocumentUnreadable for one of nothing."""
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", headers.get("content-type", ""), re.IGNORECASE)
    page = parsed(html_text(raw, charset[1] if charset else ""))
    base = urljoin(url, next((each.get("href") or "" for each in page.root.iter("base")), ""))
    robots = f"{headers.get('x-robots-tag', '')},{_meta(page.root, 'robots')}".lower()
    asks = {word.strip() for word in robots.split(",")}
    has_account = any(map(_asks_who, page.root.iter("input")))
    links = tuple(dict.fromkeys(_links(page.root, base)))
    moved = _moved(page.root, base)
    about = About(_meta(page.root, "author"), modified(page.root, headers))
    page.root.make_links_absolute(base, handle_failures="ignore")
    for link in page.root.iter("a"):
        if link.get("href"):
            link.set("href", without_noise(link.get("href", "")))
    own = own_part(page)
    return HtmlPage(
        title=own.title,
        text=own.text,
        links=links + ((moved,) if moved else ()),
        canonical=_canonical(page.root, base),
        moved=moved,
        indexed=not asks & {"noindex", "none"},
        followed=not asks & {"nofollow", "none"},
        login=has_account and (bool(_LOGIN.search(url)) or len(own.text) < LITTLE),
        shape=_shape(page.root),
        about=about,
    )


def _asks_who(field: HtmlElement) -> bool:
    """Whether a field is there to log in; many a wiki has such a form beside each of its pages."""
    told = (field.get("type") or "").lower() == "password" or (field.get("name") or "").lower() in _SAML
    fills = _ACCOUNT & {*(field.get("autocomplete") or "").lower().split()}
    return (told or bool(fills)) and not any(True for _ in field.iterancestors(*_AROUND))


def is_login(url: str) -> bool:
    """Whether an address is called like a page to log in at."""
    return bool(_LOGIN.search(url))


def _meta(root: HtmlElement, name: str) -> str:
    found = (each for each in root.iter("meta") if (each.get("name") or "").lower() == name)
    return next((each.get("content") or "" for each in found), "").strip()


def _links(root: HtmlElement, base: str) -> Iterator[str]:
    for tag, attribute in _LINKS:
        for each in root.iter(tag):
            target = (each.get(attribute) or "").strip()
            asked = not target.startswith("#") and "nofollow" not in (each.get("rel") or "").lower()
            if asked and (found := _joined(base, target)):
                yield found


def _moved(root: HtmlElement, base: str) -> str:
    for each in root.iter("meta"):
        is_refresh = (each.get("http-equiv") or "").lower() == "refresh"
        # Browsers without JavaScript alone are sent on by one in <noscript>, from pages that can be read.
        if is_refresh and not any(True for _ in each.iterancestors("noscript")):
            found = _REFRESH.match(each.get("content") or "")
            at_once = found and float(found["seconds"] or 0) <= AT_ONCE
            return _joined(base, found["url"]) if found and at_once else ""
    return ""


def _canonical(root: HtmlElement, base: str) -> str:
    found = (
        each.get("href") or "" for each in root.iter("link") if "canonical" in (each.get("rel") or "").split()
    )
    return _joined(base, next(found, ""))


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target) if target else ""
    except ValueError:
        return ""


def _shape(root: HtmlElement) -> str:
    words = _COUNTED.sub("#", " ".join("".join(root.itertext()).split()))
    if len(words) < _SHAPELESS:
        return ""
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def modified(root: HtmlElement | None, headers: dict[str, str]) -> int | None:
    """When the page says it was edited last, else what the server says unless that is the time of sending."""
    for told in _told(root) if root is not None else ():
        if (when := _iso(told)) is not None:
            return when
    try:
        when_sent = parsedate_to_datetime(headers["date"])
        when_changed = parsedate_to_datetime(headers["last-modified"])
        return (
            int(when_changed.timestamp() * 1000) if (when_sent - when_changed).total_seconds() > 600 else None
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _told(root: HtmlElement) -> Iterator[str]:
    for each in root.iter("meta"):
        if (each.get("property") or each.get("name") or "").lower() in (
            "article:modified_time",
            "last-modified",
        ):
            yield each.get("content") or ""
    for each in root.iter("time"):
        if "dateModified" in (each.get("itemprop") or ""):
            yield each.get("datetime") or ""
    for each in root.iter("script"):
        if each.get("type") == "application/ld+json":
            try:
                data = json.loads(each.text or "")
            except (ValueError, RecursionError):
                continue
            if isinstance(data, dict):
                yield str(data.get("dateModified", ""))


def _iso(text: str) -> int | None:
    try:
        when = datetime.fromisoformat(text.strip())
        return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
