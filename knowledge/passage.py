"""What a source gives, what an index holds and what a search finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source, as Markdown. `id` is stable for the source: its path or address."""

    id: str
    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a page, byte for byte. `heading` is the path of headings above it, outermost first."""

    page_id: str
    url: str
    title: str
    heading: tuple[str, ...]
    text: str

    @property
    def id(self) -> str:
        """Page and content, so that ingesting the same page again changes nothing."""
        parts = "\x1f".join((self.url, self.title, *self.heading, self.text))
        return f"{self.page_id}#{hashlib.sha256(parts.encode('utf-8', 'replace')).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a question.

    `score` is relative to what the question tells, so that it can be compared between questions and
    indexes: 0 has none of it, 1 has every word as often as is usual. `signals` are the words and pairs
    of neighbouring words that were found, the most telling first.
    """

    passage: Passage
    score: float
    signals: tuple[str, ...] = ()
