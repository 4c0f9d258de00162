"""What every source does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from knowledge.passage import Page, Unchanged

# Told the page or file that was left out, and why; `UNREAD` where that is its kind.
Skipped = Callable[[str, str], None]


class Source(Protocol):
    """Where pages come from."""

    @property
    def name(self) -> str:
        """As people gave it: a folder, a repository, an address. No secret stands in it."""

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """All pages that are there now; what is not among them leaves the index.

        `marks` holds the mark of each page of the last run. A page that cannot be read this time is told to
        `skipped`, and given as Unchanged if `marks` knows it. Raises SourceUnusable, also in the middle,
        when the source as a whole cannot be read: then nothing leaves the index.
        """
