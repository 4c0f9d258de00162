"""Links of pages that lead nowhere any more: asked one at a time, slowly, and no more than a few hundred."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from knowledge.errors import HostUnknown, SourceUnusable

# A host is asked so many seconds after its last answer.
PAUSE = 1.0
# Of one run. What was not asked is not judged.
MOST = 500
# Gone for good; what is forbidden, moved or down for now may be there for the team.
GONE = frozenset({404, 410})
_LINK = re.compile(r"https?://[^\s<>\"'`|\\^\[\]]+")
# A template of an address, as commands have it.
_OPEN = re.compile(r"[{}$*]|%s|\u2026")
# https://www.rfc-editor.org/rfc/rfc2606 and rfc6761: names that nobody has.
_NOBODY = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost|local)$")


def links_in(text: str) -> Iterator[str]:
    """Addresses that a reader could open, without what stands behind `#`."""
    for found in _LINK.findall(text):
        link = _closed(found.rstrip(".,;:!?*_")).partition("#")[0]
        if found.rstrip("*_").endswith("..."):
            continue
        try:
            host = urlsplit(link).hostname or ""
        except ValueError:
            continue
        if "." in host and not _OPEN.search(link) and not _NOBODY.search(host):
            yield link


def dead(
    links: Iterable[str],
    status: Callable[[str], int],
    told: Callable[[int], None] = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """Why each of these leads nowhere; `status` asks as `Fetch.status` does, `told` hears how far it is."""
    found: dict[str, str] = {}
    last: dict[str, float] = {}
    for done, link in enumerate(list(dict.fromkeys(links))[:MOST], start=1):
        host = urlsplit(link).hostname or ""
        sleep(max(0.0, last.get(host, -PAUSE) + PAUSE - time.monotonic()))
        try:
            answer = status(link)
            if answer in GONE:
                found[link] = f"{link} answers {answer}"
        except HostUnknown:
            found[link] = f"{link}: there is no host of this name"
        except SourceUnusable:
            pass
        last[host] = time.monotonic()
        told(done)
    return found


def _closed(link: str) -> str:
    """Without the bracket that a sentence closes behind it."""
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(".,;:!?")
    return link
