"""How a crawl begins: what the site asks for, what it says where nothing is, and its sitemaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Request, Response

from knowledge.errors import DocumentUnreadable
from knowledge.sources.crawl.absent import Absent, absent, address
from knowledge.sources.crawl.answer import MOVED, header, headers_of
from knowledge.sources.crawl.frontier import Frontier, Visit
from knowledge.sources.crawl.html_page import html_page
from knowledge.sources.crawl.job import Crawl
from knowledge.sources.crawl.pace import Pace
from knowledge.sources.crawl.rules import rules, sitemap

_MOST_SITEMAPS = 500
Asked = Iterator[Request]


class OpeningSpider(scrapy.Spider):
    """Robots.txt, an address where nothing is, then the first page, sitemaps and all known pages."""

    pace: Pace

    def __init__(self, crawl: Crawl, **named: Any) -> None:
        super().__init__(**named)
        self.job = crawl
        self._known = crawl.known
        self._frontier = Frontier(crawl.bounds, crawl.limits, crawl.known)
        self._absent = Absent()
        self._sitemaps: set[str] = set()
        self._has_start = False

    def on_robots(self, response: Response) -> Asked:
        """Its rules, or none where there is none; a server in trouble is left alone, as RFC 9309 asks."""
        if response.status >= 500 or response.status == 429:
            self._stop(f"its robots.txt cannot be read for now ({response.status})")
        if response.status in MOVED and not response.meta.get("hops", 0) >= 5:
            target = self.job.bounds.page(response.urljoin(header(response, "Location")))
            if target:
                yield self._plain(target, self.on_robots, hops=response.meta.get("hops", 0) + 1)
                return
        if response.status == 200:
            self._frontier.rules = rules(response.body)
        self.pace.slow_down(response, self._frontier.rules.delay)
        start = self.job.bounds.start
        if not self._frontier.may_ask(start):
            self._stop("its robots.txt asks not to read the first page")
        nowhere = address(start)
        if self._frontier.rules.allow(nowhere):
            meta = {"handle_httpstatus_all": True}
            yield Request(nowhere, self.on_absent, meta=meta, errback=lambda _: self._begun(), priority=2_000)
        else:
            yield from self._begun()

    def on_absent(self, response: Response) -> Asked:
        """What the site says of a page that never was, if it says that with a page."""
        if response.status == 200:
            try:
                page = html_page(response.url, response.body, headers_of(response))
                self._absent = absent(page.text)
            except DocumentUnreadable:
                pass
        yield from self._begun()

    def on_sitemap(self, response: Response) -> Asked:
        """Its pages are as near as the first one's links; sitemaps in it wait as pages do."""
        for found, is_sitemap in sitemap(response.body) if response.status == 200 else ():
            if is_sitemap:
                yield from self._ask_sitemap(found, priority=-1)
            else:
                yield from self._follow([found], 1)

    def on_failure(self, failure: Any) -> Any:
        """A request that had no answer. Abstract: the spider that opens so says how."""
        raise NotImplementedError

    def ask(self, visit: Visit, priority: int = 0) -> Request:
        """The request for a page. Abstract, likewise."""
        raise NotImplementedError

    def _begun(self) -> Asked:
        start = self.job.bounds.start
        yield self.ask(Visit(start), priority=1_000)
        for each in self._frontier.rules.sitemaps(start):
            yield from self._ask_sitemap(each, priority=500)
        for page, mark in self._known.marks.items():
            for visit in self._frontier.new([page], min(mark.depth, self.job.limits.depth)):
                yield self.ask(visit)

    def _follow(self, links: Iterable[str], depth: int, origin: str = "") -> Asked:
        yield from map(self.ask, self._frontier.new(links, depth, origin))

    def _ask_sitemap(self, found: str, priority: int) -> Asked:
        target = self.job.bounds.page(found)
        if target and target not in self._sitemaps and len(self._sitemaps) < _MOST_SITEMAPS:
            self._sitemaps.add(target)
            yield self._plain(target, self.on_sitemap, priority)

    def _plain(self, url: str, callback: Any, priority: int = 500, hops: int = 0) -> Request:
        meta = {"handle_httpstatus_all": True, "hops": hops}
        return Request(url, callback, meta=meta, errback=self.on_failure, priority=priority)

    def _robots(self) -> Request:
        return self._plain(urljoin(self.job.bounds.start, "/robots.txt"), self.on_robots)

    def _stop(self, reason: str) -> None:
        """Nothing can be read: nothing must change. Raises CloseSpider."""
        self._has_start = True
        self._known.fatal(reason)
        raise CloseSpider("unusable")
