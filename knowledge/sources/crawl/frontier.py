"""Which pages are asked for next, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from scrapy.linkextractors import IGNORED_EXTENSIONS

from knowledge.sources.crawl.bounds import Bounds
from knowledge.sources.crawl.known import Known
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.crawl.rules import Rules
from knowledge.sources.documents.formats import FORMATS
from knowledge.sources.documents.kinds import UNREAD

_UNREAD = frozenset(f".{each}" for each in IGNORED_EXTENSIONS) - set(FORMATS)
# Letters and digits mixed, as no title is: the id of a visit in the path.
_VISIT = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{12,}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page. `chain` are the pages that led to it, `tries` how often it was put off."""

    page: str
    depth: int = 0
    chain: tuple[str, ...] = ()
    tries: int = 0

    @property
    def pages(self) -> tuple[str, ...]:
        """All that its outcome speaks of."""
        return (*self.chain, self.page)


class Frontier:
    """`rules` are those of the site's robots.txt, once they are read."""

    def __init__(self, bounds: Bounds, limits: Limits, known: Known) -> None:
        self.rules = Rules()
        self.is_full = False
        self._bounds = bounds
        self._limits = limits
        self._known = known
        self._seen: set[str] = set()
        self._shapes: set[tuple[str, str]] = set()
        self._told: set[str] = set()

    def new(self, links: Iterable[str], depth: int, origin: str = "") -> Iterator[Visit]:
        """A visit for each page that was not asked for yet and may be; the others are told once."""
        rest = iter(links)
        for link in islice(rest, self._limits.links):
            page = self._bounds.page(link)
            if not page or page in self._seen or not self._bounds.hold(page):
                continue
            if _is_unread(page):
                self._tell(page, UNREAD)
            elif depth > self._limits.depth:
                self._tell(page, f"more than {self._limits.depth} links from the first page")
            elif self.may_ask(page):
                yield Visit(page, depth)
        if next(rest, None) is not None:
            self._known.skip(origin, f"has more than {self._limits.links} links; the others are not followed")

    def may_ask(self, page: str) -> bool:
        """Whether a page is new and allowed; from now on it is not new."""
        if page in self._seen:
            return False
        if len(self._seen) >= self._limits.requests:
            self.is_full = True
            return False
        self._seen.add(page)
        if self.rules.allow(page):
            return True
        self._tell(page, "robots.txt asks not to read it")
        self._known.withheld(page)
        return False

    def leads_on(self, page: str, shape: str) -> bool:
        """Whether the links of a page may lead to anything new.

        They do not where a page with an address of the same form says the same but for numbers and dates:
        an empty calendar has no end.
        """
        kind = (_form(page), shape)
        if shape and kind in self._shapes:
            return False
        self._shapes.add(kind)
        return True

    def _tell(self, page: str, reason: str) -> None:
        if page not in self._told and len(self._told) < self._limits.requests:
            self._told.add(page)
            self._known.skip(page, reason)


def _is_unread(page: str) -> bool:
    return PurePosixPath(urlsplit(page).path).suffix.lower() in _UNREAD


def _form(page: str) -> str:
    """The address without what numbers, ids of visits and values are in it."""
    parts = urlsplit(page)
    names = sorted(each.partition("=")[0] for each in parts.query.split("&"))
    return re.sub(r"\d+", "#", _VISIT.sub("#", parts.path)) + "?" + "&".join(names)
