"""When a crawl stops by itself."""

from __future__ import annotations

from dataclasses import dataclass

# A page may take as long as a person would wait; a robots.txt that asks for more than this is not a crawl's.
LONGEST_PAUSE = 120.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Pages read, requests sent, seconds in all and for one answer, links from page to page, bytes of a page
    (also once unpacked) and of a sitemap, redirects in a row, seconds between requests, requests at once."""

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
