"""Candidates of a service that tells nothing of its index, scored as the embedded store scores.

They are all that is known: a word that many of them have counts as common. Their scores can be compared with
the embedded store's in that 1 has the whole question and 0 nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

from knowledge.passage import Hit, Passage
from knowledge.question import Question
from knowledge.stores.bm25 import Posting, rank
from knowledge.stores.words import INSERT, WORDS, frequencies, indexed


def scored(question: Question, candidates: Sequence[Passage]) -> Iterator[Hit]:
    """Those with a word of the question, best first; equal ones in the order in which they came."""
    if not candidates:
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute(WORDS)
        db.execute("BEGIN")
        db.executemany(INSERT, ((row, *indexed(each)) for row, each in enumerate(candidates)))
        db.execute("COMMIT")
        size = len(candidates)

        def posting(term: str) -> Posting:
            rows = frequencies(db, term, size)
            return Posting(len(rows), rows)

        for each in rank(question, size, posting):
            yield Hit(candidates[each.row], each.score, each.signals)
