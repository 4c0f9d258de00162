"""The model that has the last word on the order of passages, by its setting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from knowledge.embeddings.bedrock import RERANKER, CohereReranker
from knowledge.errors import EmbeddingUnavailable
from knowledge.search import Reranker
from lambda_image.adapters.bedrock_invoke import BedrockInvoke, Patient
from lambda_image.domain.errors import ConfigurationError

READ_TIMEOUT = 20.0


def reranker(
    setting: str, client: Callable[[str, float], Any], retry: Patient, tell: Callable[[str], None]
) -> Reranker | None:
    """None where none is set. Raises ConfigurationError for a model that is not known."""
    if not setting:
        return None
    if setting != RERANKER:
        raise ConfigurationError(f"TRACEMEND_RERANKER is {setting!r}; {RERANKER} is known")
    return _Telling(CohereReranker(BedrockInvoke(client("bedrock-runtime", READ_TIMEOUT), retry)), tell)


class _Telling:
    """A reranker that says when it does not answer; the search keeps its own order then."""

    def __init__(self, asked: Reranker, tell: Callable[[str], None]) -> None:
        self._asked = asked
        self._tell = tell

    def scores(self, text: str, passages: Sequence[str]) -> list[float]:
        try:
            return self._asked.scores(text, passages)
        except EmbeddingUnavailable as error:
            self._tell(f"passages keep the order of the search: {error}")
            raise
