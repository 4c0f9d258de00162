"""Candidates of a server, scored by the code of the embedded store.

They are put into a table in memory that is read as the embedded store reads its own. BM25 wants to know the
mean length of a passage in the whole index: rows without meaning give the table the same mean.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from knowledge.question import Question
from knowledge.stores.bm25 import Posting, Ranked, rank
from knowledge.stores.words import INSERT, WORDS, Columns, frequencies, length

# Of the private use area: FTS5 counts it as a word, and nobody writes it.
NO_WORD = "\ue000"


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole index: its passages, their mean length in words, and how many of them have each term."""

    size: int
    average: float
    found: Mapping[str, int]


def ranked(question: Question, whole: Whole, candidates: Sequence[Columns]) -> Iterator[Ranked]:
    """The candidates, best first; a row is a place in their order."""
    if not candidates:
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        size = _filled(db, whole, candidates)

        def posting(term: str) -> Posting:
            rows = frequencies(db, term, size)
            return Posting(max(whole.found.get(term, 0), len(rows)), rows)

        yield from rank(question, whole.size, posting)


def _filled(db: sqlite3.Connection, whole: Whole, candidates: Sequence[Columns]) -> int:
    """The number of rows."""
    db.execute(WORDS)
    db.execute("BEGIN")
    db.executemany(INSERT, ((row, *columns) for row, columns in enumerate(candidates)))
    told = sum(length(columns) for columns in candidates)
    size = max(len(candidates) + 1, math.ceil(told / whole.average))
    meaningless = " ".join([NO_WORD] * (round(whole.average * size) - told))
    db.execute(INSERT, (len(candidates), "", "", meaningless, ""))
    db.executemany(INSERT, ((row, "", "", "", "") for row in range(len(candidates) + 1, size)))
    db.execute("COMMIT")
    return size
