"""What an answer means, and what is asked because of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import CloseSpider, StopDownload
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from knowledge.errors import DocumentUnreadable
from knowledge.passage import About, Page
from knowledge.sources.crawl.answer import FOREVER, MOVED, header, headers_of
from knowledge.sources.crawl.failures import retry_after, why
from knowledge.sources.crawl.frontier import Visit
from knowledge.sources.crawl.html_page import HtmlPage, html_page, is_login, modified
from knowledge.sources.crawl.limits import LONGEST_PAUSE
from knowledge.sources.crawl.mark import Mark
from knowledge.sources.crawl.opening import Asked, OpeningSpider
from knowledge.sources.crawl.pace import Pace
from knowledge.sources.documents.formats import format_of
from knowledge.sources.documents.page import File, page_from

_TRIES = 5
_LOGIN = "asks to log in; give what opens it as a secret"


class WikiSpider(OpeningSpider):
    """After the opening, what the pages link to."""

    name = "wiki"

    @classmethod
    def from_crawler(cls, crawler: Any, *given: Any, **named: Any) -> WikiSpider:
        """See `scrapy.Spider.from_crawler`."""
        spider = super().from_crawler(crawler, *given, **named)
        spider.pace = Pace(crawler, spider.job.reactor)
        crawler.signals.connect(spider.on_headers, signals.headers_received)
        crawler.signals.connect(spider.on_broken, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """See `scrapy.Spider.start`."""
        yield self._robots()

    def on_headers(self, headers: Any, request: Request, **_: Any) -> None:
        """Pictures and archives are not waited for."""
        visit = request.meta.get("visit")
        kind = (headers.get("Content-Type") or b"").decode("latin-1")
        if visit and kind and not format_of(urlsplit(request.url).path, kind):
            raise StopDownload(fail=False)

    def on_page(self, response: Response) -> Asked:
        """What becomes of a page, and what it leads to."""
        if self._known.count >= self.job.limits.pages:
            return
        visit: Visit = response.meta["visit"]
        status = response.status
        if (
            status in (429, 503)
            and visit.tries < _TRIES
            and retry_after(response, visit.tries) <= LONGEST_PAUSE
        ):
            yield self._later(visit, response)
        elif status == 304 and visit.page in self._known.marks:
            self._read(visit)
            self._known.same(visit.page)
            mark = self._known.marks[visit.page]
            yield from self._follow(mark.links, mark.depth + 1, visit.page)
        elif status in MOVED:
            yield from self._redirected(visit, response)
        elif status in (404, 410):
            self._gone(visit, f"is not there ({status})")
        elif status != 200:
            self._failed(visit, _LOGIN if status == 401 else f"answered {status}")
        else:
            yield from self._content(visit, response)
        if self._known.count >= self.job.limits.pages:
            self._known.skip(self.job.bounds.start, f"stopped after {self._known.count} pages")
            raise CloseSpider("pages")

    def on_failure(self, failure: Failure) -> None:
        """A page that did not come."""
        request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it
        host = urlsplit(request.url).hostname or ""
        reason = self.job.reactor.refusals.get(host) or why(failure, self.job.limits)
        visit = request.meta.get("visit")
        if visit:
            self._failed(visit, reason)
        elif request.callback == self.on_robots:
            self._stop(f"its host did not answer: {reason}" if host not in reason else reason)

    def on_broken(self, failure: Failure, response: Response) -> None:
        """A page on which our own code failed."""
        visit = response.meta.get("visit")
        for each in visit.pages if visit else ():
            self._known.stays(each, f"could not be read ({type(failure.value).__name__})")

    def closed(self, reason: str) -> None:
        """The last words."""
        if reason == "closespider_timeout":
            self._known.skip(self.job.bounds.start, f"stopped after {self.job.limits.seconds:g} seconds")
        if self._frontier.is_full:
            self._known.skip(self.job.bounds.start, f"stopped after {self.job.limits.requests} addresses")
        if not self._has_start:
            self._known.fatal("its first page could not be read in time")
        self._known.finish()

    def _content(self, visit: Visit, response: Response) -> Asked:
        headers = headers_of(response)
        form = format_of(urlsplit(response.url).path, headers.get("content-type", ""))
        if not form and not headers.get("content-type") and response.body.lstrip()[:1] == b"<":
            form = "html"
        try:
            if form == "html":
                yield from self._html(visit, response, html_page(response.url, response.body, headers))
            elif form:
                name = PurePosixPath(urlsplit(visit.page).path).name
                file = File(visit.page, visit.page, name, About(modified=modified(None, headers)))
                self._read(visit)
                self._known.page(
                    replace(page_from(file, response.body, form), url=visit.page), _mark(visit, headers)
                )
            else:
                self._lost(visit, f"is no text ({headers.get('content-type', 'of no type')[:60]})")
        except DocumentUnreadable as reason:
            self._lost(visit, str(reason))

    def _html(self, visit: Visit, response: Response, found: HtmlPage) -> Asked:
        if found.login or is_login(found.moved):
            self._failed(visit, _LOGIN)
            return
        self._read(visit)
        is_start = self.job.bounds.start in visit.pages
        if not is_start and self._absent.is_like(visit.page, found.text):
            self._withheld(visit, "says what the site says where no page is")
            return
        links = found.links if found.followed and self._frontier.leads_on(visit.page, found.shape) else ()
        next_ones = list(self._frontier.new(links, visit.depth + 1, visit.page))
        yield from map(self.ask, next_ones)
        canonical = self.job.bounds.page(found.canonical)
        belongs_elsewhere = bool(canonical) and canonical != visit.page and self.job.bounds.hold(canonical)
        if belongs_elsewhere:
            yield from self._follow([canonical], visit.depth)
        moved = self.job.bounds.page(found.moved) != visit.page and bool(found.moved)
        if not found.indexed or moved or not found.text.strip():
            kind = "asks not to be indexed" if not found.indexed else "sends elsewhere" if moved else "empty"
            self._withheld(visit, kind)
            return
        headers = {each: header(response, each) for each in ("etag", "last-modified")}
        mark = _mark(visit, headers, tuple(each.page for each in next_ones))
        page = Page(visit.page, visit.page, found.title or visit.page, found.text, found.about)
        if belongs_elsewhere:
            self._known.alias(page, mark, canonical)
        else:
            self._known.page(page, mark)

    def _redirected(self, visit: Visit, response: Response) -> Asked:
        where = response.urljoin(header(response, "Location"))
        target = self.job.bounds.page(where)
        if is_login(where):
            self._failed(visit, _LOGIN)
        elif not target or not self.job.bounds.hold(target):
            reason = f"leads to {urlsplit(where).hostname or 'nowhere'}, which is not read"
            (self._lost if response.status in FOREVER else self._failed)(visit, reason)
        elif len(visit.chain) >= self.job.limits.redirects:
            self._failed(visit, f"redirects more than {self.job.limits.redirects} times")
        elif target in visit.pages or self._frontier.may_ask(target):
            # To itself is what a site does that wants its cookie to be taken first.
            yield self.ask(replace(visit, page=target, chain=visit.pages))
        else:
            self._has_start = self._has_start or self.job.bounds.start in visit.pages
            for each in visit.pages:
                self._known.moved(each, target)

    def _later(self, visit: Visit, response: Response) -> Request:
        self.pace.pause(retry_after(response, visit.tries))
        return self.ask(replace(visit, tries=visit.tries + 1), priority=100)

    def ask(self, visit: Visit, priority: int = 0) -> Request:
        """See `OpeningSpider.ask`."""
        mark = self._known.marks.get(visit.page, Mark())
        asked = {"If-None-Match": mark.etag, "If-Modified-Since": mark.modified}
        headers = {name: value for name, value in asked.items() if value}
        meta = {"visit": visit, "handle_httpstatus_all": True}
        return Request(
            visit.page,
            self.on_page,
            headers=headers,
            meta=meta,
            errback=self.on_failure,
            priority=priority - visit.depth,
        )

    def _read(self, visit: Visit) -> None:
        """The page is there, and those that led to it are not any more."""
        self._has_start = self._has_start or self.job.bounds.start in visit.pages
        for each in visit.chain:
            if each != visit.page:
                self._known.moved(each, visit.page)
                self._known.gone(each)

    def _gone(self, visit: Visit, reason: str) -> None:
        self._stop_if_first(visit, reason)
        for each in visit.pages:
            self._known.skip(each, reason)
            self._known.gone(each)

    def _lost(self, visit: Visit, reason: str) -> None:
        self._stop_if_first(visit, reason)
        self._withheld(visit, reason)

    def _withheld(self, visit: Visit, reason: str) -> None:
        """What is there gives us nothing."""
        for each in visit.pages:
            self._known.skip(each, reason)
            self._known.withheld(each)

    def _failed(self, visit: Visit, reason: str) -> None:
        self._stop_if_first(visit, reason)
        for each in visit.pages:
            self._known.stays(each, reason)

    def _stop_if_first(self, visit: Visit, reason: str) -> None:
        if self.job.bounds.start in visit.pages:
            self._stop(f"its first page {reason}")


def _mark(visit: Visit, headers: dict[str, str], links: tuple[str, ...] = ()) -> Mark:
    etag, changed = headers.get("etag", ""), headers.get("last-modified", "")
    return Mark(etag, changed, depth=visit.depth, links=links if etag or changed else ())
