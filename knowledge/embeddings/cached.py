"""Vectors that were made before, by the content of their texts: a run that was cut goes on where it was."""

from __future__ import annotations

import array
import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from knowledge.embeddings.estimate import Estimate
from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Embedder, Vector

# So many texts are lost at most when a run is killed.
BATCH = 96
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vector"
    " (model TEXT, text BLOB, value BLOB, PRIMARY KEY (model, text)) WITHOUT ROWID"
)
Priced = Callable[[Sequence[str]], Estimate]


class CachedEmbedder:
    """Implements `Embedder` in front of another one, with a file that several runs may share.

    `priced` tells what the other one would take. What the file cannot do is said as EmbeddingUnavailable.
    """

    def __init__(self, embedder: Embedder, file: Path, priced: Priced | None = None) -> None:
        self._embedder = embedder
        self._priced = priced
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = _opened(file)
        except (OSError, sqlite3.Error) as error:
            raise EmbeddingUnavailable(f"{file} is no cache of vectors ({error}); remove it") from error

    @property
    def model(self) -> str:
        """See `Embedder.model`."""
        return self._embedder.model

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def estimate(self, texts: Sequence[str]) -> Estimate:
        """What these will take, of which some may have a vector; nothing where that costs nothing."""
        return self._priced(self._missing(texts)) if self._priced else Estimate()

    def _missing(self, texts: Sequence[str]) -> list[str]:
        """The texts that have no vector yet, each once."""
        return [text for text in dict.fromkeys(texts) if self._kept(text) is None]

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder.passages`."""
        missing = self._missing(texts)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            vectors = self._embedder.passages(batch)
            self._keep(batch, vectors)
        return [self._kept(text) or () for text in texts]

    def question(self, text: str) -> Vector:
        """See `Embedder.question`; questions are not kept."""
        return self._embedder.question(text)

    def _keep(self, texts: Sequence[str], vectors: Sequence[Vector]) -> None:
        rows = [
            (self.model, _digest(text), array.array("f", vector).tobytes())
            for text, vector in zip(texts, vectors, strict=True)
        ]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def _kept(self, text: str) -> Vector | None:
        asked = (self.model, _digest(text))
        found = self._db.execute("SELECT value FROM vector WHERE model = ? AND text = ?", asked).fetchone()
        return array.array("f", found[0]) if found else None


def _opened(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, isolation_level=None, timeout=30)
    try:
        db.execute(SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
