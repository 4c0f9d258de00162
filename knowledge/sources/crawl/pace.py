"""How fast a site is asked."""

from __future__ import annotations

from typing import Any

from scrapy.http import Response

from knowledge.sources.crawl.limits import LONGEST_PAUSE
from knowledge.sources.crawl.reactor import GuardedReactor


class Pace:
    """Slows a crawl down, or stops it for a while."""

    def __init__(self, crawler: Any, reactor: GuardedReactor) -> None:
        self._crawler = crawler
        self._reactor = reactor
        self._ends = 0.0

    def slow_down(self, response: Response, delay: float) -> None:
        """One request at a time, with so many seconds between two; `response` is one of the site."""
        slot = self._crawler.engine.downloader.slots[response.meta["download_slot"]]
        if delay > slot.delay:
            slot.delay, slot.jitter, slot.concurrency = min(delay, LONGEST_PAUSE), 0.0, 1

    def pause(self, seconds: float) -> None:
        """Nothing new is asked for so long; the longest of several pauses counts."""
        self._ends = max(self._ends, self._reactor.seconds() + seconds)
        self._crawler.engine.pause()
        self._reactor.callLater(seconds, self._go_on)

    def _go_on(self) -> None:
        if self._reactor.seconds() >= self._ends - 0.01:
            self._crawler.engine.unpause()
