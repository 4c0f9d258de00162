"""BM25 over the postings of single terms, in relation to what the question tells.

SQLite's `bm25()` cannot weigh one term above another, and its rarity is meaningless in an index of a few
pages. Asked for one term at a time it yields that term's saturated frequency; the rest is done here.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.question import Question

# Neighbours tell more than the same words apart, but not as much as two words more.
PAIR_WEIGHT = 0.5
# A small index is a sample of a larger one: in ten pages, a word on three of them is still a rare word.
SMALLEST = 1_000
# What an alarm's text tells, in the units of rarity: the median of both evaluation sets. All of two words is
# found by chance more often than half of twenty, so a shorter question must be found more completely.
USUAL = 40.0
LEAST = 0.6
# A page seldom names the one instance that fails.
ABSENT_NAME = 0.3
SIGNALS = 8


@dataclass(frozen=True, slots=True)
class Posting:
    """A term: how many rows of the whole index have it, and its saturated frequency in those to be ranked."""

    found: int
    rows: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row, its score (see `Hit`), and the terms found in it, the most telling first."""

    row: int
    score: float
    signals: tuple[str, ...]


def rank(question: Question, size: int, posting: Callable[[str], Posting]) -> Iterator[Ranked]:
    """Rows of an index of `size` rows, best first; equal ones in the order of their rows."""
    if not question.words:
        return
    asked = 0.0
    told: defaultdict[int, list[tuple[float, str]]] = defaultdict(list)
    for term, weight, is_word in _terms(question):
        posted = posting(term)
        telling = rarity(posted.found, max(size, SMALLEST))
        if is_word:
            asked += weight * telling * (1 if posted.found or term not in question.names else ABSENT_NAME)
        for row, frequency in posted.rows.items():
            told[row].append((frequency * telling * weight, term))
    unit = asked / max(LEAST, math.sqrt(asked / USUAL))
    scores = ((sum(part for part, _ in parts) / unit, row) for row, parts in told.items())
    for score, row in sorted(scores, key=lambda each: (-each[0], each[1])):
        yield Ranked(row, score, _signals(told[row]))


def saturated(scores: Sequence[tuple[int, float]], size: int, found: int | None = None) -> dict[int, float]:
    """Frequencies by row, of the scores that SQLite's bm25() gave for one term in a table of `size` rows.

    `found` is how many rows have the term, where the scores are not those of all of them.
    """
    unit = _sqlite_rarity(len(scores) if found is None else found, size)
    return {row: -score / unit for row, score in scores}


def _terms(question: Question) -> Iterator[tuple[str, float, bool]]:
    for word, times in question.words:
        yield word, float(times), True
    for pair in question.pairs:
        yield pair, PAIR_WEIGHT, False


def _signals(parts: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(term for _, term in sorted(parts, reverse=True)[:SIGNALS])


def rarity(found: int, size: int) -> float:
    """How much a term tells that `found` of `size` rows have."""
    return math.log(1 + (size - found + 0.5) / (found + 0.5))


def _sqlite_rarity(found: int, size: int) -> float:
    """As in https://www.sqlite.org/fts5.html#the_bm25_function; the floor is in its source, fts5_aux.c."""
    telling = math.log((size - found + 0.5) / (found + 0.5))
    return telling if telling > 0 else 1e-6
