"""Which passages of the embedded index are worth ranking: the best by single words, rare and common ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np

from knowledge.question import Question
from knowledge.stores.bm25 import PAIR_WEIGHT, Ranked, Whole, norm, rank, rarity, saturated, terms
from knowledge.stores.chunks import NO_LENGTH, ROWS, key

# Ranked by pairs too, at a time. The best of so many are among the best of all.
AT_ONCE = 200


class Postings:
    """The words of an index that does not change. Raises sqlite3.Error where it cannot be read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        kept = dict(db.execute("SELECT number, lengths FROM chunk ORDER BY number"))
        self._chunks = list(kept)
        last = max(kept, default=-1)
        empty = np.full(ROWS, NO_LENGTH, dtype="<u4").tobytes()
        lengths = np.frombuffer(b"".join(kept.get(chunk, empty) for chunk in range(last + 1)), dtype="<u4")
        there = lengths != NO_LENGTH
        self._rows = len(lengths)
        self._size = int(np.count_nonzero(there))
        self._average = float(lengths[there].mean()) if self._size else 0.0
        self._norms = norm(np.where(there, lengths, 0), self._average)

    def rank(self, question: Question) -> Iterator[Ranked]:
        """Rows, best first; of a question that needs more than AT_ONCE, the next ones behind them."""
        scores, found = self._scored(question)
        whole = Whole(self._size, self._average, found)
        for rows in _best(scores):
            placeholders = ",".join("?" * len(rows))
            kept = dict(
                self._db.execute(f"SELECT row, value FROM read WHERE row IN ({placeholders})", rows)  # noqa: S608 - question marks
            )
            for each in rank(question, whole, [kept[row] for row in rows]):
                yield Ranked(rows[each.at], each.score, each.signals)

    def _scored(self, question: Question) -> tuple[Any, dict[int, int]]:
        """Every row's score by single words, and how many rows have each."""
        weights: dict[int, float] = {}
        asked = terms(question)
        for term in asked:
            if term.is_word and len(term.numbers) == 1:
                weights[term.numbers[0]] = weights.get(term.numbers[0], 0.0) + term.weight
        for term in asked:
            for number in term.numbers:
                weights.setdefault(number, PAIR_WEIGHT if term.is_word else 0.0)
        scores = np.zeros(self._rows, dtype=np.float32)
        found: dict[int, int] = {}
        for number, weight in weights.items():
            rows, tenths = self._posting(number)
            found[number] = len(rows)
            if weight:
                telling = np.float32(weight * rarity(len(rows), self._size))
                scores[rows] += saturated(tenths, self._norms[rows]) * telling
        return scores, found

    def _posting(self, number: int) -> tuple[Any, Any]:
        """In which rows a number stands, and how often in tenths."""
        rows, often = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype="<u2")]
        for chunk in self._chunks:
            found = self._db.execute(
                "SELECT value FROM posting WHERE key = ?", (key(chunk, number),)
            ).fetchone()
            if found:
                places, tenths = np.frombuffer(found[0], dtype="<u2").reshape(2, -1)
                rows.append(places.astype(np.int64) + chunk * ROWS)
                often.append(tenths)
        return np.concatenate(rows), np.concatenate(often)


def _best(scores: Any) -> Iterator[list[int]]:
    """The rows with any score, AT_ONCE at a time, best first."""
    if len(scores) > AT_ONCE:
        first = np.argpartition(-scores, AT_ONCE)[:AT_ONCE]
        yield from _some(first[scores[first] > 0])
        scores = scores.copy()
        scores[first] = 0
    rest = np.flatnonzero(scores)
    order = rest[np.argsort(-scores[rest], kind="stable")]
    for start in range(0, len(order), AT_ONCE):
        yield from _some(order[start : start + AT_ONCE])


def _some(rows: Any) -> Iterator[list[int]]:
    if len(rows):
        yield sorted(rows.tolist())
