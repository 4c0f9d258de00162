"""What the job remembers of a page from one run to the next, in the two fields that every store keeps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass

from knowledge.passage import Page
from knowledge.store import Kept


@dataclass(frozen=True, slots=True)
class Remembered:
    """A page as the last run saw it.

    `address` is what its source calls it, `source` whose page it is, `mark` what that source wants to be told
    next time. `content` and `place` are digests of title and text, and of address and owner. `passages` is
    how many it has, where that was counted.
    """

    address: str
    source: str
    content: str
    place: str
    mark: str
    passages: int | None = None

    @property
    def kept(self) -> Kept:
        """As a store keeps it."""
        told = [self.source, self.address, self.mark, self.passages]
        return Kept(self.content + self.place, json.dumps(told))

    def is_as(self, other: Remembered) -> bool:
        """Whether nothing that is searched or shown differs."""
        return (self.content, self.place, self.address) == (other.content, other.place, other.address)


def remember(page: Page, source: str) -> Remembered:
    """What is to be remembered of a page of this source."""
    content = _digest(page.title, page.text)
    return Remembered(page.id, source, content, _digest(page.url, *astuple(page.about)), page.mark)


def recall(page_id: str, kept: Kept) -> Remembered:
    """What a store has kept; a page that something else put there belongs to no source."""
    half = len(kept.digest) // 2
    try:
        # Earlier versions did not count.
        source, address, mark, *counted = json.loads(kept.mark)
    except ValueError:
        source, address, mark, *counted = "", page_id, ""
    return Remembered(address, source, kept.digest[:half], kept.digest[half:], mark, *counted)


def source_key(name: str) -> str:
    """A source's name, short enough to stand with each page."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
