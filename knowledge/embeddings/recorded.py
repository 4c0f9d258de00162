"""The embedder of the model that an index records, so that a question is asked with the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Embedder, PassageIndex, Vector

Make = Callable[[str], Embedder]
Tell = Callable[[str], None]


class RecordedEmbedders:
    """Each model's embedder, made once. `tell` hears why an index is asked by words alone.

    `make` gives the embedder of a model, or raises EmbeddingUnavailable.
    """

    def __init__(self, make: Make, tell: Tell) -> None:
        self._make = make
        self._tell = tell
        self._made: dict[str, Embedder | None] = {}

    def of(self, index: PassageIndex) -> Embedder | None:
        """None where the index records no model, and where it cannot be had. Raises IndexUnusable."""
        model = index.model()
        if not model:
            return None
        if model not in self._made:
            try:
                self._made[model] = _Telling(self._make(model), self._tell)
            except EmbeddingUnavailable as error:
                self._tell(_told(model, error))
                self._made[model] = None
        return self._made[model]


class _Telling:
    """An embedder that says when it does not answer; the search goes on without it."""

    def __init__(self, embedder: Embedder, tell: Tell) -> None:
        self._embedder = embedder
        self._tell = tell
        self.model = embedder.model

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        return self._embedder.passages(texts)

    def question(self, text: str) -> Vector:
        try:
            return self._embedder.question(text)
        except EmbeddingUnavailable as error:
            self._tell(_told(self.model, error))
            raise


def _told(model: str, error: EmbeddingUnavailable) -> str:
    return f"the index has vectors of {model}, and is asked by words alone: {error}"
