"""What a source gives, what an index holds and what a search finds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urldefrag


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a page besides its text; empty where it does not say.

    `modified` is in milliseconds since the epoch; a page without `services` or `environments` is about all.
    """

    owner: str = ""
    modified: int | None = None
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


NOTHING_KNOWN = About()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a source, as Markdown. `id` is stable for the source: its path or address.

    `mark` tells its source next time whether the page has changed: an ETag, a commit, a time; or nothing.
    """

    id: str
    url: str
    title: str
    text: str
    about: About = NOTHING_KNOWN
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is still there, and as it was when its `mark` was stored."""

    id: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a page, byte for byte. `heading` is the path of headings above it, outermost first.

    `names` are the alarms, exceptions and error codes in it.
    """

    page_id: str
    url: str
    title: str
    heading: tuple[str, ...]
    text: str
    about: About = NOTHING_KNOWN
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Page and content: ingesting the same page again, or from another address, changes nothing."""
        parts = "\x1f".join((urldefrag(self.url).fragment, self.title, *self.heading, self.text))
        return f"{self.page_id}#{hashlib.sha256(parts.encode('utf-8', 'replace')).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a question.

    `score` can be compared between questions and indexes: 0 has nothing of the question; of a question as
    long as an alarm, 1 has every word as often as is usual, and of a shorter one more than that; a title that
    was asked for and, where vectors are compared, a meaning that is near add to it.
    `signals` are the words and pairs of neighbouring words that were found, the most telling first;
    `cosine` is that of the vectors, if they were compared; `asked` the formulation that found it.
    """

    passage: Passage
    score: float
    signals: tuple[str, ...] = ()
    cosine: float | None = None
    asked: str = ""
