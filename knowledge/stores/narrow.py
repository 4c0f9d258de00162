"""In a large index, all words choose the passages that are worth ranking by the pairs of words too.

Reading from SQLite where a common word stands takes long, so a process that stays warm keeps it: 8 bytes a
passage. The scores are the same either way; up to WHOLE passages numpy is not needed.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from knowledge.question import Question
from knowledge.stores.bm25 import Posting, rarity
from knowledge.stores.words import count, frequencies

WHOLE = 5_000
RANKED = 200
# Rows that are kept in memory at most: 64 MB.
KEPT_ROWS = 8_000_000


class Postings:
    """Where words stand in an index that does not change, as far as it was asked for."""

    def __init__(self, db: sqlite3.Connection, size: int) -> None:
        self._db = db
        self.size = size
        self._kept: OrderedDict[str, tuple[Any, Any]] = OrderedDict()
        self._rows = 0

    def of(self, question: Question) -> Callable[[str], Posting]:
        """What `bm25.rank` asks for each term of this question."""
        if self.size <= WHOLE:
            return self._whole
        words = {word: self._word(word) for word, _ in question.words}
        ranked = self._best(question, words)

        def posting(term: str) -> Posting:
            if term in words:
                return Posting(len(words[term][0]), _among(*words[term], ranked))
            number = count(self._db, term) if ranked else 0
            rows = frequencies(self._db, term, self.size, number, ranked) if number else {}
            return Posting(number, rows)

        return posting

    def _whole(self, term: str) -> Posting:
        rows = frequencies(self._db, term, self.size)
        return Posting(len(rows), rows)

    def _best(self, question: Question, words: Mapping[str, tuple[Any, Any]]) -> list[int]:
        """The rows that are best by words alone."""
        import numpy as np  # noqa: PLC0415 - a small index is searched without it

        last = max((int(rows[-1]) for rows, _ in words.values() if len(rows)), default=0)
        scores = np.zeros(last + 1, dtype=np.float32)
        for word, times in question.words:
            rows, values = words[word]
            scores[rows] += values * np.float32(times * rarity(len(rows), self.size))
        best = np.argpartition(-scores, min(RANKED, last))[:RANKED]
        return [int(row) for row in best if scores[row] > 0]

    def _word(self, word: str) -> tuple[Any, Any]:
        import numpy as np  # noqa: PLC0415 - as above

        if word in self._kept:
            self._kept.move_to_end(word)
            return self._kept[word]
        read = frequencies(self._db, word, self.size)
        rows = np.fromiter(read, dtype=np.int32, count=len(read))
        values = np.fromiter(read.values(), dtype=np.float32, count=len(read))
        self._kept[word] = (rows, values)
        self._rows += len(read)
        while self._rows > KEPT_ROWS and len(self._kept) > 1:
            self._rows -= len(self._kept.popitem(last=False)[1][0])
        return rows, values


def _among(rows: Any, values: Any, ranked: list[int]) -> dict[int, float]:
    import numpy as np  # noqa: PLC0415 - as above

    at = np.searchsorted(rows, ranked)
    return {
        row: float(values[place])
        for row, place in zip(ranked, at, strict=True)
        if place < len(rows) and rows[place] == row
    }
