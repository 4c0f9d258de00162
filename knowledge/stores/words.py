"""The words of passages in SQLite's FTS5: what is searched, what it weighs, how often a term is there."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence

from knowledge.passage import Passage
from knowledge.question import WORD, identifier_parts
from knowledge.stores.bm25 import saturated

WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (
    title, heading, text, parts, content='', tokenize='porter unicode61 remove_diacritics 2');
"""
# Words in a title tell more than words in a heading, and those more than words in the text; the parts of
# identifiers in the text (`parts`) are a guess.
SCORES = "SELECT rowid, bm25(words, 3.0, 2.0, 1.0, 0.3) FROM words WHERE words MATCH ?"
# The sign keeps SQLite from asking the index once for each row.
AMONG = "AND +rowid IN (SELECT value FROM json_each(?))"
COUNT = "SELECT count(*) FROM words WHERE words MATCH ?"
INSERT = "INSERT INTO words (rowid, title, heading, text, parts) VALUES (?, ?, ?, ?, ?)"
DELETE = "INSERT INTO words (words, rowid, title, heading, text, parts) VALUES ('delete', ?, ?, ?, ?, ?)"

Columns = tuple[str, str, str, str]
_TOKEN = re.compile(r"[^\W_]+")


def frequencies(
    db: sqlite3.Connection, term: str, size: int, found: int | None = None, rows: Sequence[int] | None = None
) -> dict[int, float]:
    """Saturated frequency of a term by row, in a table of `size` rows.

    Of these `rows` alone where they are given, with the number of all that have the term as `found`.
    """
    if rows is None:
        return saturated(db.execute(SCORES, (f'"{term}"',)).fetchall(), size)
    scores = db.execute(f"{SCORES} {AMONG}", (f'"{term}"', json.dumps(rows))).fetchall()
    return saturated(scores, size, found)


def count(db: sqlite3.Connection, term: str) -> int:
    """How many rows have the term."""
    return int(db.execute(COUNT, (f'"{term}"',)).fetchone()[0])


def indexed(passage: Passage) -> Columns:
    """The columns that are searched; identifiers are found whole and by their parts."""
    heading = " ".join(passage.heading)
    return (
        f"{passage.title} {_parts(passage.title)}",
        f"{heading} {_parts(heading)}",
        passage.text,
        _parts(passage.text),
    )


def _parts(text: str) -> str:
    return " ".join(part for word in WORD.findall(text) for part in identifier_parts(word))


def length(columns: Columns) -> int:
    """How many words FTS5 counts in them."""
    return sum(len(_TOKEN.findall(column)) for column in columns)
