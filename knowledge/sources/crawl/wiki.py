"""A wiki over https: the source that starts a crawl and hands on what it finds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import urlsplit

from knowledge.errors import SourceUnusable
from knowledge.passage import About, Page, Unchanged
from knowledge.sources.access import Access
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.reach import Reach
from knowledge.sources.source import Skipped

# Where `python -m` finds us, and nothing of the folder that a person happens to be in.
ROOT = Path(__file__).parents[3]
COMMAND = (sys.executable, "-m", "knowledge.sources.crawl.child")
# After its time is up a crawl waits for what is under way, and writes its last lines.
GRACE = 60.0
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Wiki:
    """Implements `Source` for the pages below the folder of `start`, by links and sitemaps.

    `include` and `exclude` are shell patterns of path and query. `private` names hosts that may stand at
    private addresses and be asked over http. `access` goes to the host of `start` only.
    """

    start: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    private: frozenset[str] = frozenset()
    access: Access | None = None
    limits: Limits = field(default_factory=Limits)
    command: tuple[str, ...] = COMMAND

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return self.start.partition("?")[0]

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """See `Source.pages`; a page's id is its canonical address. Raises SourceUnusable."""
        job = json.dumps(self._job(marks)).encode()
        with tempfile.NamedTemporaryFile() as found, open(found.name, "rb") as lines:  # noqa: PTH123 - a second reader
            child = subprocess.Popen(
                self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=found, stderr=subprocess.DEVNULL
            )
            try:
                # By a pipe, because a command line and an environment can be read by others.
                with cast("IO[bytes]", child.stdin) as pipe:
                    pipe.write(job)
                yield from self._told(_lines(child, lines, self._ends()), skipped)
            finally:
                child.kill()
                child.wait()

    def _ends(self) -> float:
        return time.monotonic() + self.limits.seconds + self.limits.answer_seconds + GRACE

    def _job(self, marks: Mapping[str, str]) -> dict[str, Any]:
        if not find_spec("scrapy"):
            raise SourceUnusable("reading a wiki needs Scrapy; install tracemend with its extra `crawl`")
        from knowledge.sources.crawl.bounds import bounds  # noqa: PLC0415 - needs the extra

        within = bounds(self.start, self.include, self.exclude)
        scheme, host = within.origin
        if scheme != "https" and not Reach(self.private).is_private(urlsplit(within.start).hostname or ""):
            raise SourceUnusable(
                f"{host} is not asked over {scheme}; write https://, or allow it with --allow-private"
            )
        return {
            "start": within.start,
            "include": self.include,
            "exclude": self.exclude,
            "private": sorted(self.private),
            "access": (self.access.kind, self.access.secret) if self.access else None,
            "limits": asdict(self.limits),
            "marks": {page: mark for page, mark in marks.items() if within.hold(page)},
        }

    def _told(self, lines: Iterator[dict[str, Any]], skipped: Skipped) -> Iterator[Page | Unchanged]:
        for line in lines:
            if "page" in line:
                told = line["page"]
                yield Page(**{**told, "about": About(told["about"]["owner"], told["about"]["modified"])})
            elif "same" in line:
                yield Unchanged(line["same"])
            elif "skipped" in line:
                skipped(*line["skipped"])
            elif "fatal" in line:
                raise SourceUnusable(f"{self.name} cannot be read: {line['fatal']}")
            elif "done" in line:
                return
        raise SourceUnusable(f"the crawl of {self.name} broke off; nothing of it is changed. Try again")


def _lines(child: subprocess.Popen[bytes], found: IO[bytes], ends: float) -> Iterator[dict[str, Any]]:
    """What the child writes, as the file grows; a pipe would stop the child while its reader is busy."""
    rest = b""
    while time.monotonic() < ends:
        is_over = child.poll() is not None
        part = found.read()
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield json.loads(line)
        if not part:
            if is_over:
                return
            time.sleep(_PAUSE)
