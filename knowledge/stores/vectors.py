"""Vectors on disk and the nearest of them: all compared with one byte a dimension, the best exactly."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np

from knowledge.store import Vector

# Compared exactly, at a time: the nearest sixty are among them, as one byte a dimension errs by little.
AT_ONCE = 250
# So many fit into the processor's cache.
BLOCK = 2_048


def packed(vector: Vector) -> bytes:
    """Little-endian half floats: a cosine of two such vectors is right to three digits."""
    return np.asarray(vector, dtype="<f2").tobytes()


def unpacked(value: bytes) -> Vector:
    """What was packed."""
    return struct.unpack(f"<{len(value) // 2}e", value)


class Matrix:
    """The vectors of an index that does not change, one byte a dimension in memory."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._chunks = [
            (np.frombuffer(rows, dtype="<i8"), np.frombuffer(scales, dtype="<f4"), _shaped(value, scales))
            for rows, scales, value in db.execute("SELECT rows, scales, value FROM coarse ORDER BY chunk")
        ]

    def nearest(self, vector: Vector) -> Iterator[tuple[int, float]]:
        """Row and cosine, nearest first; beyond AT_ONCE only if asked."""
        if not self._chunks:
            return
        asked = np.asarray(vector, dtype=np.float32)
        rows = np.concatenate([rows for rows, _, _ in self._chunks])
        about = np.concatenate([_products(value, asked) * scales for _, scales, value in self._chunks])
        first = np.argpartition(-about, AT_ONCE)[:AT_ONCE] if len(rows) > AT_ONCE else np.arange(len(rows))
        yield from self._exact(rows[first].tolist(), asked)
        if len(rows) > AT_ONCE:
            about[first] = -np.inf
            order = np.argsort(-about, kind="stable")[: len(rows) - AT_ONCE]
            for start in range(0, len(order), AT_ONCE):
                yield from self._exact(rows[order[start : start + AT_ONCE]].tolist(), asked)

    def _exact(self, rows: list[int], asked: Any) -> Iterator[tuple[int, float]]:
        placeholders = ",".join("?" * len(rows))
        kept = self._db.execute(
            f"SELECT row, value FROM vector WHERE row IN ({placeholders}) ORDER BY row",  # noqa: S608 - question marks
            rows,
        ).fetchall()
        exact = np.frombuffer(b"".join(value for _, value in kept), dtype="<f2").reshape(len(kept), -1)
        cosines = np.vecdot(exact.astype(np.float32), asked)
        for at in np.argsort(-cosines, kind="stable"):
            yield kept[at][0], float(cosines[at])


def _shaped(value: bytes, scales: bytes) -> Any:
    return np.frombuffer(value, dtype=np.int8).reshape(len(scales) // 4, -1)


def _products(values: Any, asked: Any) -> Any:
    blocks = (values[start : start + BLOCK] for start in range(0, len(values), BLOCK))
    return np.concatenate([np.vecdot(block.astype(np.float32), asked) for block in blocks])
