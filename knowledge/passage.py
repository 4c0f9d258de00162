"""What an index holds."""

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
    """A part of a page, verbatim. `heading` is the path of headings above it, outermost first."""

    page_id: str
    url: str
    title: str
    heading: tuple[str, ...]
    text: str

    @property
    def id(self) -> str:
        """Derived from the content, so that ingesting a page again changes nothing."""
        parts = "\x1f".join((self.page_id, self.url, self.title, *self.heading, self.text))
        return hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a question. `score` is higher for better; `signals` say what found it."""

    passage: Passage
    score: float
    signals: tuple[str, ...] = ()
