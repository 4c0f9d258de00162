"""One crawl, and the secret that goes with its requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Request

from knowledge.sources.access import Access
from knowledge.sources.crawl.bounds import Bounds
from knowledge.sources.crawl.known import Known
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.crawl.reactor import GuardedReactor


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl, and who is told of it."""

    bounds: Bounds
    limits: Limits
    known: Known
    reactor: GuardedReactor
    access: Access | None


class AccessHeader:
    """Puts the secret on requests to the wiki's own host, after all else has had its turn with cookies."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> AccessHeader:
        """See Scrapy's downloader middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """See Scrapy's downloader middleware."""
        job: Crawl = self._crawler.spider.job
        parts = urlsplit(request.url)
        if job.access and (parts.scheme, parts.netloc) == job.bounds.origin:
            name, value = job.access.header
            given = request.headers.get(name) if name == "Cookie" else None
            request.headers[name] = value if given is None else f"{value}; {given.decode()}"
