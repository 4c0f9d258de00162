"""What searches read of the embedded index, made of its passages a chunk of rows at a time.

A chunk whose rows have changed is made anew as a whole, so an index that changes a little is written little.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from knowledge.stores.words import END, TENTHS

# Rows of a chunk. Making one anew needs some 60 MB.
ROWS = 1 << 13
# No passage is that long: the row is empty.
NO_LENGTH = 0xFFFFFFFF
# `read` is what `words.packed` made; `posting` has in which rows of a chunk a number stands, and how often in
# tenths, under the chunk times 2 to the 32 plus the number; `coarse` has vectors of one byte a dimension.
TABLES = """
CREATE TABLE read (row INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE posting (key INTEGER PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE chunk (number INTEGER PRIMARY KEY, lengths BLOB NOT NULL);
CREATE TABLE coarse (
    chunk INTEGER PRIMARY KEY, rows BLOB NOT NULL, scales BLOB NOT NULL, value BLOB NOT NULL);
"""
IN_CHUNK = "WHERE row BETWEEN ? AND ? ORDER BY row"


def key(chunk: int, number: int) -> int:
    """Where the posting of this number is kept."""
    return chunk << 32 | number


class Chunks:
    """Those that have changed since they were made."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._changed: set[int] = set()

    def change(self, row: int) -> None:
        """Tell that a row is new, gone or another."""
        self._changed.add(row // ROWS)

    def make(self) -> bool:
        """Make the changed ones anew; whether there were any."""
        changed, self._changed = sorted(self._changed), set()
        for chunk in changed:
            span = (chunk * ROWS, (chunk + 1) * ROWS - 1)
            self._words(chunk, self._db.execute(f"SELECT row, value FROM read {IN_CHUNK}", span).fetchall())  # noqa: S608 - a constant
            self._vectors(
                chunk,
                self._db.execute(f"SELECT row, value FROM vector {IN_CHUNK}", span).fetchall(),  # noqa: S608 - a constant
            )
        return bool(changed)

    def _words(self, chunk: int, kept: list[tuple[int, bytes]]) -> None:
        places = np.array([row % ROWS for row, _ in kept], dtype=np.uint32)
        read = np.frombuffer(b"".join(value for _, value in kept), dtype="<u4")
        words = read != END
        ended = np.cumsum(read == END, dtype=np.uint32)[words]
        lengths = np.full(ROWS, NO_LENGTH, dtype="<u4")
        lengths[places] = np.bincount(ended // len(TENTHS), minlength=len(kept))
        columns = places[ended // len(TENTHS)] * len(TENTHS) + ended % len(TENTHS)
        self._db.execute(
            "DELETE FROM posting WHERE key BETWEEN ? AND ?", (key(chunk, 0), key(chunk + 1, 0) - 1)
        )
        self._db.executemany(
            "INSERT INTO posting VALUES (?, ?)",
            ((key(chunk, number), value) for number, value in _inverted(read[words], columns)),
        )
        self._db.execute("REPLACE INTO chunk VALUES (?, ?)", (chunk, lengths.tobytes()))

    def _vectors(self, chunk: int, kept: list[tuple[int, bytes]]) -> None:
        self._db.execute("DELETE FROM coarse WHERE chunk = ?", (chunk,))
        if not kept:
            return
        rows = np.array([row for row, _ in kept], dtype="<i8")
        exact = np.frombuffer(b"".join(value for _, value in kept), dtype="<f2").reshape(len(kept), -1)
        scales = np.abs(exact).max(axis=1).astype("<f4") / 127
        value = np.rint(exact / np.maximum(scales, 1e-12)[:, None]).astype(np.int8)
        told = (each.tobytes() for each in (rows, scales, value))
        self._db.execute("INSERT INTO coarse VALUES (?, ?, ?, ?)", (chunk, *told))


def _inverted(numbers: Any, columns: Any) -> Iterator[tuple[int, bytes]]:
    """For each number, in which places it stands, and how often in tenths; a place has four columns."""
    if not len(numbers):
        return
    both = numbers.astype(np.uint64) << np.uint64(32) | columns
    both.sort()
    tenths = TENTHS[(both % len(TENTHS)).astype(np.uint8)]
    both //= np.uint64(len(TENTHS))
    starts = _first(both)
    often = np.minimum(np.add.reduceat(tenths, starts, dtype=np.uint32), 0xFFFF).astype("<u2")
    both = both[starts]
    places, found = both.astype("<u2"), (both >> np.uint64(30)).astype(np.uint32)
    edges = [*_first(found).tolist(), len(found)]
    for start, end in pairwise(edges):
        yield int(found[start]), places[start:end].tobytes() + often[start:end].tobytes()


def _first(values: Any) -> Any:
    """Where each of sorted values stands first."""
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
