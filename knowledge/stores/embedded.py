"""The embedded store: one SQLite file with FTS5, ranked by BM25. Costs nothing while nobody asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.errors import IndexUnusable
from knowledge.passage import Hit, Passage

# SQLite's application_id marks the file as ours; user_version is the version of the schema below.
APPLICATION_ID = 0x74726D64
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE page (id TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, page_id TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
    heading TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX passage_of_page ON passage (page_id);
CREATE VIRTUAL TABLE words USING fts5 (
    title, heading, text, content='', tokenize='porter unicode61 remove_diacritics 2');
"""
# Words in a title tell more than words in a heading, and those more than words in the text.
WEIGHTS = (3.0, 2.0, 1.0)
RANK = """
SELECT -found.score, page_id, url, title, heading, text
FROM (
    SELECT rowid, bm25(words, ?, ?, ?) AS score FROM words WHERE words MATCH ? ORDER BY score LIMIT ?
) AS found
JOIN passage ON passage.row = found.rowid
ORDER BY found.score, passage.row
"""


class EmbeddedStore:
    """Implements `KnowledgeStore` on a file. `create` makes one; the constructor opens an existing one."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not path.is_file():
            raise IndexUnusable(f"there is no index at {path}. Make one with `tracemend ingest`")
        mode = "rw" if writable else "ro"
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)
        try:
            marks = [
                self._db.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version")
            ]
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise IndexUnusable(
                f"{path} is not an index: {error}. Make one with `tracemend ingest`"
            ) from error
        if marks != [APPLICATION_ID, SCHEMA_VERSION]:
            self._db.close()
            raise IndexUnusable(
                f"{path} is not an index of this version. Make it anew with `tracemend ingest`"
            )

    @classmethod
    def create(cls, path: Path) -> Self:
        """An empty store in a new file."""
        db = sqlite3.connect(path)
        db.executescript(SCHEMA)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        db.commit()
        db.close()
        return cls(path, writable=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write what is left and let go of the file."""
        self._db.commit()
        self._db.close()

    def digests(self) -> dict[str, str]:
        """See `KnowledgeStore.digests`."""
        return dict(self._db.execute("SELECT id, digest FROM page"))

    def replace(self, page_id: str, digest: str, passages: Iterable[Passage]) -> None:
        """See `KnowledgeStore.replace`."""
        self.delete(page_id)
        self._db.execute("INSERT INTO page VALUES (?, ?)", (page_id, digest))
        for passage in passages:
            heading = json.dumps(passage.heading, ensure_ascii=False)
            values = (page_id, passage.url, passage.title, heading, passage.text)
            row = self._db.execute(
                "INSERT INTO passage (page_id, url, title, heading, text) VALUES (?, ?, ?, ?, ?)", values
            ).lastrowid
            self._db.execute(
                "INSERT INTO words (rowid, title, heading, text) VALUES (?, ?, ?, ?)",
                (row, *_indexed(passage)),
            )

    def delete(self, page_id: str) -> None:
        """See `KnowledgeStore.delete`."""
        found = self._db.execute(
            "SELECT row, page_id, url, title, heading, text FROM passage WHERE page_id = ?", (page_id,)
        ).fetchall()
        for row, *columns in found:
            self._db.execute(
                "INSERT INTO words (words, rowid, title, heading, text) VALUES ('delete', ?, ?, ?, ?)",
                (row, *_indexed(_passage(columns))),
            )
        self._db.execute("DELETE FROM passage WHERE page_id = ?", (page_id,))
        self._db.execute("DELETE FROM page WHERE id = ?", (page_id,))

    def rank(self, words: Sequence[str], limit: int) -> tuple[Hit, ...]:
        """See `KnowledgeStore.rank`; the score is BM25."""
        if not words:
            return ()
        quoted = " OR ".join('"{}"'.format(word.replace('"', '""')) for word in words)
        rows = self._db.execute(RANK, (*WEIGHTS, quoted, limit))
        return tuple(Hit(_passage(columns), score, ("keyword",)) for score, *columns in rows)


def _indexed(passage: Passage) -> tuple[str, str, str]:
    return passage.title, " ".join(passage.heading), passage.text


def _passage(columns: Sequence[str]) -> Passage:
    page_id, url, title, heading, text = columns
    return Passage(page_id, url, title, tuple(json.loads(heading)), text)
