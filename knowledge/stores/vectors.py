"""Vectors on disk and the nearest of them, by comparing all. numpy is loaded when vectors are."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from knowledge.store import Vector


def packed(vector: Vector) -> bytes:
    """Little-endian half floats: a cosine of two such vectors is right to three digits."""
    import numpy as np  # noqa: PLC0415 - a search by words alone need not load it

    return np.asarray(vector, dtype="<f2").tobytes()


def unpacked(value: bytes) -> Vector:
    """What was packed."""
    return struct.unpack(f"<{len(value) // 2}e", value)


def nearest(vector: Vector, kept: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, float]]:
    """Row and cosine of each packed vector, nearest first."""
    import numpy as np  # noqa: PLC0415 - as above

    if not kept:
        return
    stored = np.frombuffer(b"".join(value for _, value in kept), dtype="<f2").reshape(len(kept), -1)
    cosines = stored.astype(np.float32) @ np.asarray(vector, dtype=np.float32)
    for at in np.argsort(-cosines, kind="stable"):
        yield kept[at][0], float(cosines[at])
