"""Vectors on disk and the nearest of them, by comparing all. numpy is loaded when vectors are."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any

from knowledge.store import Vector

FIRST = 500


def packed(vector: Vector) -> bytes:
    """Little-endian half floats: a cosine of two such vectors is right to three digits."""
    import numpy as np  # noqa: PLC0415 - a search by words alone need not load it

    return np.asarray(vector, dtype="<f2").tobytes()


def unpacked(value: bytes) -> Vector:
    """What was packed."""
    return struct.unpack(f"<{len(value) // 2}e", value)


class Matrix:
    """Packed vectors by row in one piece of memory: four bytes a number, as the processor multiplies them."""

    def __init__(self, kept: Sequence[tuple[int, bytes]]) -> None:
        import numpy as np  # noqa: PLC0415 - as above

        self._rows = [row for row, _ in kept]
        stored = np.frombuffer(b"".join(value for _, value in kept), dtype="<f2")
        self._values: Any = stored.reshape(len(kept) or 1, -1).astype(np.float32)

    def nearest(self, vector: Vector) -> Iterator[tuple[int, float]]:
        """Row and cosine of each vector, nearest first; beyond FIRST only if asked."""
        import numpy as np  # noqa: PLC0415 - as above

        if not self._rows:
            return
        cosines = self._values @ np.asarray(vector, dtype=np.float32)
        count = len(cosines)
        first = np.argpartition(-cosines, FIRST)[:FIRST] if count > FIRST else np.arange(count)
        for at in first[np.argsort(-cosines[first], kind="stable")]:
            yield self._rows[at], float(cosines[at])
        if count > FIRST:
            for at in np.argsort(-cosines, kind="stable")[FIRST:]:
                yield self._rows[at], float(cosines[at])
