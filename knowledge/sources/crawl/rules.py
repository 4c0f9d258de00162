"""A site's robots.txt (RFC 9309), read by protego, and its sitemaps."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from protego import Protego
from scrapy.utils.sitemap import Sitemap

AGENT = "Tracemend"
# RFC 9309 asks for at least so much to be read.
LARGEST_ROBOTS = 512_000
LARGEST_SITEMAP = 50_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site asks of a crawler. `delay` is in seconds."""

    rules: Protego | None = None

    def allow(self, url: str) -> bool:
        """Whether the page may be read."""
        return self.rules is None or bool(self.rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Between two requests; 0 where the site does not say."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(AGENT)
        every = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(self.rules.crawl_delay(AGENT) or 0.0), every)

    def sitemaps(self, home: str) -> list[str]:
        """Those that it names, else the one that most sites have."""
        named = list(self.rules.sitemaps) if self.rules is not None else []
        return [urljoin(home, each) for each in named] or [urljoin(home, "/sitemap.xml")]


def rules(body: bytes) -> Rules:
    """Read a robots.txt."""
    return Rules(Protego.parse(body[:LARGEST_ROBOTS].decode("utf-8-sig", "replace")))


def sitemap(body: bytes) -> Iterator[tuple[str, bool]]:
    """Each address, and whether it is that of another sitemap; nothing for what is none."""
    try:
        if body.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
                body = packed.read(LARGEST_SITEMAP)
        found = Sitemap(body)
        for entry in found:
            yield entry["loc"], found.type == "sitemapindex"
    except (ValueError, KeyError, OSError, EOFError, zlib.error, StopIteration, SyntaxError):
        return
