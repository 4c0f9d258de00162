"""The process that crawls: a job on standard input, a line for each page on standard output.

Scrapy and its event loop start once in a process and end with it, so it gets one of its own; what a
hostile page does to it, it does to nothing else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from scrapy.crawler import CrawlerRunner
from scrapy.downloadermiddlewares import cookies
from tldextract import TLDExtract

from knowledge.sources.access import Access
from knowledge.sources.crawl import reactor as guard
from knowledge.sources.crawl.bounds import Bounds
from knowledge.sources.crawl.job import Crawl
from knowledge.sources.crawl.known import Known
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.crawl.rules import AGENT
from knowledge.sources.crawl.spider import WikiSpider
from knowledge.sources.reach import Reach, Resolve, system_resolve

_HERE = "knowledge.sources.crawl"


def settings(limits: Limits) -> dict[str, Any]:
    """Scrapy's, with all that reaches out, listens or follows by itself switched off."""
    return {
        "TWISTED_REACTOR": f"{_HERE}.reactor.GuardedReactor",
        "TWISTED_DNS_RESOLVER": f"{_HERE}.reactor.KeptResolver",
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": limits.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": limits.answer_seconds,
        "DOWNLOAD_DELAY": limits.delay,
        "CONCURRENT_REQUESTS_PER_DOMAIN": limits.parallel,
        "CLOSESPIDER_TIMEOUT": limits.seconds,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "RETRY_HTTP_CODES": [500, 502, 504, 408],
        "SPIDER_MIDDLEWARES": {"scrapy.spidermiddlewares.depth.DepthMiddleware": None},
        "DOWNLOADER_MIDDLEWARES": {f"{_HERE}.job.AccessHeader": 760},
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "USER_AGENT": f"{AGENT} (+reads runbooks for their own team)",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "REFERER_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "LOG_ENABLED": False,
    }


def keep_to_the_wiki() -> None:
    """Scrapy asks the internet for the list of public suffixes; the one that comes with it will do."""
    shipped = TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)
    cookies._split_domain = shipped  # noqa: SLF001 - there is no setting


def run(job: Mapping[str, Any], resolve: Resolve = system_resolve) -> None:
    """Crawl, and write what was found. `resolve` is another in tests."""
    keep_to_the_wiki()
    limits = Limits(**job["limits"])
    bounds = Bounds(job["start"], tuple(job["include"]), tuple(job["exclude"]))
    access = Access(*job["access"]) if job["access"] else None
    reactor = guard.install(Reach(frozenset(job["private"]), resolve))
    known = Known(bounds, job["marks"], _write)
    crawl = CrawlerRunner(settings(limits)).crawl(
        WikiSpider, crawl=Crawl(bounds, limits, known, reactor, access)
    )

    def ended(_: object) -> None:
        reactor.stop()

    crawl.addBoth(ended)
    reactor.run()


def _write(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(json.load(sys.stdin))
