"""When a crawl stops by itself."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds. A server that asks for a longer pause is read another time.
LONGEST_PAUSE = 120.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one crawl may take.

    `seconds` is for all of it, `answer_seconds` for one answer; `depth` is in links from the first page,
    `links` those of one page that are followed, `page_bytes` also what a page unpacks to, `delay` the seconds
    between two requests, `parallel` how many are under way at once.
    """

    pages: int = 20_000
    requests: int = 100_000
    seconds: float = 3_600.0
    answer_seconds: float = 60.0
    depth: int = 25
    page_bytes: int = 20_000_000
    links: int = 20_000
    redirects: int = 5
    delay: float = 0.2
    parallel: int = 4
