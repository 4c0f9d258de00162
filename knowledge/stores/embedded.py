"""The embedded store: one SQLite file with its own postings and vectors. Costs nothing while nobody asks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import finalize

from knowledge.errors import IndexOutdated, IndexUnusable
from knowledge.passage import About, Hit, Passage
from knowledge.question import Question
from knowledge.store import ANYWHERE, Content, Kept, Scope, Vector
from knowledge.stores import words
from knowledge.stores.chunks import TABLES, Chunks
from knowledge.stores.postings import Postings
from knowledge.stores.scoped import within
from knowledge.stores.vectors import Matrix, packed, unpacked

# SQLite's application_id marks the file as ours; user_version is the version of the schema below and of
# what the readers of documents, `split`, `words` and `chunks` put into it.
APPLICATION_ID = 0x74726D64
SCHEMA_VERSION = 7
SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE page (id TEXT PRIMARY KEY, digest TEXT NOT NULL, mark TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passage (
    row INTEGER PRIMARY KEY, page_id TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
    heading TEXT NOT NULL, text TEXT NOT NULL, about TEXT NOT NULL, names TEXT NOT NULL);
CREATE INDEX passage_of_page ON passage (page_id);
CREATE TABLE vector (row INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE embedding (model TEXT NOT NULL);
{TABLES}"""
COLUMNS = "page_id, url, title, heading, text, about, names"
_JSON = json.JSONEncoder(ensure_ascii=False).encode


class EmbeddedStore:
    """Implements `PassageStore` and `PassageIndex` on a file.

    What searches read is kept while it is open, so a process that stays warm should keep it open: the file
    is let go of with the store, or at the end. One that was written has to be closed, or the rest is lost.
    `create` makes one; the constructor opens an existing one. A file that was opened to be read must not
    be changed in place, only replaced, as `ingest` does. Raises IndexUnusable or IndexOutdated.
    """

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        if not path.is_file():
            raise IndexUnusable(f"there is no index at {path}; make one with `tracemend ingest`")
        self._path = path
        self._writable = writable
        self._postings: Postings | None = None
        self._matrix: Matrix | None = None
        mode = "mode=rw" if writable else "mode=ro&immutable=1"
        # Threads, as those of LangChain's `ainvoke`, take turns in SQLite itself; any may let go of it.
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, check_same_thread=False)
        self._end = finalize(self, self._db.close)
        self._chunks = Chunks(self._db)
        try:
            self._check()
        except IndexUnusable:
            self._end()
            raise

    @classmethod
    def create(cls, path: Path, model: str = "") -> Self:
        """An empty store in a new file, for vectors of this embedding model or for none."""
        with closing(sqlite3.connect(path)) as db:
            db.executescript(SCHEMA)
            if model:
                db.execute("INSERT INTO embedding VALUES (?)", (model,))
                db.commit()
        return cls(path, writable=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def save(self) -> None:
        """Write what is left, so that the file can be copied."""
        self._made()
        self._db.commit()

    def close(self) -> None:
        """Write what is left and let go of the file."""
        try:
            self.save()
        finally:
            self._end()

    def pages(self) -> dict[str, Kept]:
        """See `PassageStore.pages`."""
        with self._readable():
            return {
                page: Kept(*kept) for page, *kept in self._db.execute("SELECT id, digest, mark FROM page")
            }

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        """See `PassageStore.replace`."""
        rows = self._removed(page_id)
        self._db.execute("INSERT INTO page VALUES (?, ?, ?)", (page_id, kept.digest, kept.mark))
        for place, (passage, vector) in enumerate(zip_longest(passages, vectors)):
            row = self._db.execute(
                f"INSERT INTO passage (row, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                (rows[place] if place < len(rows) else None, *_columns(passage)),
            ).lastrowid
            self._db.execute("INSERT INTO read VALUES (?, ?)", (row, words.packed(words.indexed(passage))))
            if vector is not None:
                self._db.execute("INSERT INTO vector VALUES (?, ?)", (row, packed(vector)))
            self._chunks.change(row or 0)

    def lacking(self, after: int, limit: int) -> list[tuple[int, Passage]]:
        """Passages without a vector, by their rows; those behind the row `after`."""
        with self._readable():
            rows = self._db.execute(
                f"SELECT passage.row, {COLUMNS} FROM passage LEFT JOIN vector USING (row)"  # noqa: S608 - a constant
                " WHERE value IS NULL AND passage.row > ? ORDER BY passage.row LIMIT ?",
                (after, limit),
            ).fetchall()
        return [(row, _passage(columns)) for row, *columns in rows]

    def embed(self, vectors: Iterable[tuple[int, Vector]]) -> None:
        """Give passages their vectors, by their rows."""
        self._db.executemany(
            "INSERT INTO vector VALUES (?, ?)", ((row, packed(each)) for row, each in vectors)
        )

    def delete(self, page_id: str) -> None:
        """See `PassageStore.delete`."""
        self._removed(page_id)

    def _removed(self, page_id: str) -> list[int]:
        """The rows that the page had, in order, for what takes its place: fewer chunks change so."""
        with self._readable():
            found = self._db.execute("SELECT row FROM passage WHERE page_id = ? ORDER BY row", (page_id,))
            rows = [row for (row,) in found]
        for row in rows:
            for table in ("read", "vector", "passage"):
                self._db.execute(f"DELETE FROM {table} WHERE row = ?", (row,))  # noqa: S608 - as listed
            self._chunks.change(row)
        self._db.execute("DELETE FROM page WHERE id = ?", (page_id,))
        return rows

    def rank(self, question: Question, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.rank`."""
        with self._readable():
            self._made()
            self._postings = self._postings or Postings(self._db)
            ranked = self._postings.rank(question)
            hits = (Hit(self._passage(each.at), each.score, each.signals) for each in ranked)
            return tuple(islice(within(scope, hits), limit))

    def near(self, vector: Vector, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.near`."""
        with self._readable():
            self._made()
            self._matrix = self._matrix or Matrix(self._db)
            nearest = self._matrix.nearest(vector)
            hits = (Hit(self._passage(row), score, cosine=score) for row, score in nearest)
            return tuple(islice(within(scope, hits), limit))

    def contents(self) -> Iterator[Content]:
        """See `Copyable.contents`."""
        for page_id, kept in self.pages().items():
            with self._readable():
                rows = self._db.execute(
                    f"SELECT value, {COLUMNS} FROM passage LEFT JOIN vector USING (row)"  # noqa: S608 - a constant
                    " WHERE page_id = ? ORDER BY row",
                    (page_id,),
                ).fetchall()
            passages = tuple(_passage(columns) for _, *columns in rows)
            vectors = tuple(unpacked(value) for value, *_ in rows if value is not None)
            yield Content(page_id, kept, passages, vectors)

    def model(self) -> str:
        """See `PassageIndex.model`."""
        with self._readable():
            found = self._db.execute("SELECT model FROM embedding").fetchone()
            return str(found[0]) if found else ""

    def _made(self) -> None:
        """See to it that searches find what was written."""
        if self._chunks.make():
            self._postings = self._matrix = None

    def _passage(self, row: int) -> Passage:
        columns = self._db.execute(
            f"SELECT {COLUMNS} FROM passage WHERE row = ?",  # noqa: S608 - a constant
            (row,),
        ).fetchone()
        return _passage(columns)

    def _check(self) -> None:
        with self._readable():
            # No journal file that outlives a killed run: what it was writing is thrown away.
            self._db.execute("PRAGMA journal_mode = MEMORY")
            kind, version = (
                self._db.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version")
            )
        if kind != APPLICATION_ID:
            raise IndexUnusable(f"{self._path} is not an index; name another file")
        if version != SCHEMA_VERSION:
            raise IndexOutdated(f"{self._path} is of another version; run `tracemend ingest` again")

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise IndexUnusable(f"{self._path} is not an index, or is damaged ({error})") from error


def _columns(passage: Passage) -> tuple[str, ...]:
    """What `COLUMNS` names."""
    heading, names, about = _JSON(passage.heading), _JSON(passage.names), _about(passage.about)
    return (passage.page_id, passage.url, passage.title, heading, passage.text, about, names)


@lru_cache(64)
def _about(about: About) -> str:
    """Remembered, because a page's passages have the same."""
    return _JSON(asdict(about))


def _passage(columns: Sequence[str]) -> Passage:
    page_id, url, title, heading, text, about, names = columns
    known = json.loads(about)
    return Passage(
        page_id,
        url,
        title,
        tuple(json.loads(heading)),
        text,
        About(known["owner"], known["modified"], tuple(known["services"]), tuple(known["environments"])),
        tuple(json.loads(names)),
    )
