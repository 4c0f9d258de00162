"""The parts of a repository's files by name and by words, in one SQLite file; each is read once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import finalize

from lambda_image.domain.code import Part

Read = Callable[[Sequence[str]], Iterable[tuple[str, bytes]]]
SCHEMA = """
CREATE TABLE IF NOT EXISTS file (id INTEGER PRIMARY KEY, path TEXT, version TEXT, UNIQUE (path, version));
CREATE TABLE IF NOT EXISTS part (id INTEGER PRIMARY KEY, file INTEGER, name TEXT, first INTEGER, last INTEGER,
  kind TEXT, owner TEXT);
CREATE INDEX IF NOT EXISTS part_name ON part (name);
CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5 (name, path, body, content='',
  tokenize="unicode61 tokenchars '_'");
CREATE TEMP TABLE here (file INTEGER PRIMARY KEY);
"""
# Raised where files are split otherwise: what an older version kept is thrown away then.
VERSION = 2
DROP = "DROP TABLE IF EXISTS file; DROP TABLE IF EXISTS part; DROP TABLE IF EXISTS word;"
PART = "SELECT file.path, part.name, part.first, part.last, part.kind, part.owner"
# A word in a name counts more than one in a path, and that more than one in the text.
BY_WORDS = f"""{PART}, -bm25(word, 6.0, 2.0, 1.0) AS score
FROM word JOIN part ON part.id = word.rowid JOIN file ON file.id = part.file
WHERE word MATCH ? AND part.file IN here ORDER BY score DESC, file.path, part.first LIMIT ?"""
BY_NAME = f"""{PART} FROM part JOIN file ON file.id = part.file
WHERE part.name IN (%s) AND part.file IN here ORDER BY file.path, part.first"""
NAMES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Splitter:
    """Which paths are `wanted`; a file's parts with the words of name, path and text, of path and text."""

    wanted: Callable[[str], bool]
    split: Callable[[str, str], Iterable[tuple[Part, tuple[str, str, str]]]]


class CodeIndex:
    """One commit's tree, found by name and by words. `path` is a file, or ":memory:".

    Whoever lets go of it without closing, as a process at its end, has closed it. Raises sqlite3.Error.
    """

    def __init__(self, path: Path | str, splitter: Splitter) -> None:
        self._splitter = splitter
        # The thread that lets go of it may be another.
        self._db = sqlite3.connect(path, timeout=60.0, check_same_thread=False)
        self._end = finalize(self, self._db.close)
        if self._db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            self._db.executescript(f"{DROP} PRAGMA user_version = {VERSION};")
        self._db.executescript(SCHEMA)

    def turn_to(self, tree: Mapping[str, str], read: Read) -> None:
        """Make it the index of this tree, which maps paths to versions of content; only new ones are read."""
        with self._db:
            wanted = {path: version for path, version in tree.items() if self._splitter.wanted(path)}
            rows = self._db.execute("SELECT path, version, id FROM file")
            known = {(path, version): number for path, version, number in rows}
            new = [path for path, version in wanted.items() if (path, version) not in known]
            for path, content in read(new):
                known[path, wanted[path]] = self._add(path, wanted[path], content.decode("utf-8", "replace"))
            self._db.execute("DELETE FROM here")
            here = [(known[each],) for each in wanted.items() if each in known]
            self._db.executemany("INSERT INTO here VALUES (?)", here)

    def named(self, names: Collection[str]) -> tuple[Part, ...]:
        """See `CodeSearch.named`."""
        asked = sorted(names)
        found: list[Part] = []
        for at in range(0, len(asked), NAMES_AT_ONCE):
            some = asked[at : at + NAMES_AT_ONCE]
            marks = ",".join("?" * len(some))
            found += [Part(*row) for row in self._db.execute(BY_NAME % marks, some)]
        return tuple(found)

    def about(self, words: Sequence[str], limit: int) -> tuple[tuple[Part, float], ...]:
        """See `CodeSearch.about`."""
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words) if '"' not in word)
        if not asked:
            return ()
        return tuple((Part(*row[:6]), row[6]) for row in self._db.execute(BY_WORDS, (asked, limit)))

    def close(self) -> None:
        """Let go of the file."""
        self._end()

    def _add(self, path: str, version: str, text: str) -> int:
        insert = self._db.execute
        number = insert("INSERT INTO file (path, version) VALUES (?, ?)", (path, version)).lastrowid
        for part, words in self._splitter.split(path, text):
            values = (number, part.name, part.start, part.end, part.kind, part.owner)
            found = insert(
                "INSERT INTO part (file, name, first, last, kind, owner) VALUES (?, ?, ?, ?, ?, ?)", values
            )
            insert(
                "INSERT INTO word (rowid, name, path, body) VALUES (?, ?, ?, ?)", (found.lastrowid, *words)
            )
        return number or 0
