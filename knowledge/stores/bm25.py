"""BM25 in relation to what the question tells, for the passages that a store found worth ranking."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.question import Question
from knowledge.stores.words import END, TENTHS, numbers

# The usual constants of BM25, which are SQLite's too.
K1 = 1.2
B = 0.75
# Neighbours tell more than the same words apart, but not as much as two words more.
PAIR_WEIGHT = 0.6
# How many passages have two neighbours is not counted: half of those that have the rarer one.
TOGETHER = 0.5
# A small index is a sample of a larger one: in ten pages, a word on three of them is still a rare word.
SMALLEST = 1_000
# What an alarm's text tells, in the units of rarity: the median of both evaluation sets. All of two words is
# found by chance more often than half of twenty, so a shorter question must be found more completely.
USUAL = 40.0
LEAST = 0.6
# A page seldom names the one instance that fails.
ABSENT_NAME = 0.3
# A page is called after what it is for: one whose whole title is asked for is worth so much more.
TITLE_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Term:
    """A word or two neighbours of a question; `numbers` are one, or more that must stand in this order."""

    text: str
    numbers: tuple[int, ...]
    weight: float
    is_word: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole index: its passages, their mean length, and how many of them have each single number."""

    size: int
    average: float
    found: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage by its place among the candidates, its score (see `Hit`), and the terms found in it."""

    at: int
    score: float
    signals: tuple[str, ...]


def terms(question: Question) -> list[Term]:
    """What a question asks for; an identifier with underscores is a word of several numbers."""
    words = [(word, float(times), True) for word, times in question.words]
    pairs = [(pair, PAIR_WEIGHT, False) for pair in question.pairs]
    read = (Term(text, tuple(numbers(text)), weight, is_word) for text, weight, is_word in (*words, *pairs))
    return [term for term in read if term.numbers]


def rarity(found: float, size: int) -> float:
    """How much a term tells that `found` of `size` passages have."""
    size = max(size, SMALLEST)
    return math.log(1 + (size - found + 0.5) / (found + 0.5))


def norm(lengths: Any, average: float) -> Any:
    """What a passage of each length has to outweigh."""
    return K1 * (1 - B + B * np.asarray(lengths, dtype=np.float32) / max(average, 1.0))


def saturated(tenths: Any, norms: Any) -> Any:
    """How much of a term is there, from how often it is."""
    often = tenths * np.float32(0.1)
    return often * np.float32(K1 + 1) / (often + norms)


def rank(question: Question, whole: Whole, candidates: Sequence[bytes]) -> Iterator[Ranked]:
    """Candidates as `words.packed` made them, best first; equal ones in their order."""
    asked = terms(question)
    if not candidates or not any(term.is_word for term in asked):
        return
    read = np.frombuffer(b"".join(candidates), dtype="<u4")
    places = np.cumsum(read == END)
    often, lengths = _counted(asked, read, places, len(candidates))
    seen = np.count_nonzero(often, axis=0)
    found = [_found(term, int(count), whole) for term, count in zip(asked, seen, strict=True)]
    telling = [term.weight * rarity(count, whole.size) for term, count in zip(asked, found, strict=True)]
    parts = saturated(often, norm(lengths, whole.average)[:, None]) * np.array(telling)
    told = sum(
        tells * (ABSENT_NAME if not count and term.text in question.names else 1)
        for term, tells, count in zip(asked, telling, found, strict=True)
        if term.is_word
    )
    scores = parts.sum(axis=1) * max(LEAST, math.sqrt(told / USUAL)) / told
    scores *= 1 + TITLE_WEIGHT * _titled(asked, read, places, len(candidates))
    for at in np.argsort(-scores, kind="stable"):
        if scores[at] > 0:
            yield Ranked(int(at), float(scores[at]), _signals(asked, parts[at]))


def _found(term: Term, seen: int, whole: Whole) -> float:
    """How many passages have it; `seen` is how many of the candidates do."""
    if len(term.numbers) == 1:
        return max(whole.found.get(term.numbers[0], 0), seen)
    rarest = min(whole.found.get(number, 0) for number in term.numbers)
    return max(TOGETHER * rarest, seen) if seen else 0


def _signals(asked: Sequence[Term], parts: Any) -> tuple[str, ...]:
    found = [(float(parts[at]), asked[at].text) for at in np.flatnonzero(parts).tolist()]
    return tuple(text for _, text in sorted(found, reverse=True))


def _titled(asked: Sequence[Term], read: Any, places: Any, count: int) -> Any:
    """How much of each candidate's title the question has: a share of its different words."""
    candidate, column = np.divmod(places, len(TENTHS))
    at = np.flatnonzero((column == 0) & (read != END))
    whose, named = np.divmod(np.unique(candidate[at] << 32 | read[at]), 1 << 32)
    sought = [number for term in asked if term.is_word for number in term.numbers]
    found = np.bincount(whose[np.isin(named, sought)], minlength=count)
    return found / np.maximum(np.bincount(whose, minlength=count), 1)


def _counted(asked: Sequence[Term], read: Any, places: Any, count: int) -> tuple[Any, Any]:
    """How often each candidate has each term, in tenths, and how many words it has.

    `places` are the columns of all candidates, counted through.
    """
    candidate, column = np.divmod(places, len(TENTHS))
    lengths = np.bincount(candidate[read != END], minlength=count)
    place = _places(read, {number for term in asked for number in term.numbers})
    often = np.zeros((count, len(asked)), dtype=np.float32)
    for at, term in enumerate(asked):
        first = place(term.numbers[0])
        for further, number in enumerate(term.numbers[1:], 1):
            first = first[read[first + further] == number]
        if len(first):
            often[:, at] = np.bincount(candidate[first], TENTHS[column[first]], count)
    return often, lengths


def _places(read: Any, asked: set[int]) -> Callable[[int], Any]:
    """Where each of these numbers stands; an `END` is behind the last place."""
    sought = np.array(sorted(asked), dtype=np.uint32)
    nearest = np.minimum(np.searchsorted(sought, read), len(sought) - 1)
    at = np.flatnonzero(sought[nearest] == read)
    order = at[np.argsort(read[at], kind="stable")]
    values = read[order]

    def place(number: int) -> Any:
        start, end = np.searchsorted(values, np.array([number, number + 1], dtype=np.uint64))
        return order[start:end]

    return place
