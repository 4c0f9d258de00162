"""Embedding models by the choice of who fills an index, and by the name that an index records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from knowledge.embeddings.bedrock import TitanEmbedder
from knowledge.embeddings.cached import CachedEmbedder
from knowledge.embeddings.local import LocalEmbedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Embedder
from lambda_image.adapters.bedrock_invoke import BedrockInvoke
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import ConfigurationError

READ_TIMEOUT = 20.0
CHOICES = ("none", "local", "bedrock")


class Embedders:
    """`client` makes a client of an AWS service; in `cache` are the local model and vectors made before."""

    def __init__(self, client: Callable[[str, float], Any], cache: Path, retry: Retry) -> None:
        self._client = client
        self._cache = cache
        self._retry = retry

    def chosen(self, choice: str) -> Embedder | None:
        """To fill an index with, what was embedded before not again; None for `none`.

        Raises ConfigurationError, or EmbeddingUnavailable where the model cannot be had.
        """
        if choice not in CHOICES:
            raise ConfigurationError(f"there are no embeddings {choice!r}; choose {', '.join(CHOICES)}")
        if choice == "none":
            return None
        made = LocalEmbedder(self._cache) if choice == "local" else self._titan()
        return CachedEmbedder(made, self._cache / "vectors.sqlite")

    def recorded(self, model: str) -> Embedder:
        """To ask an index that records this model. Raises EmbeddingUnavailable."""
        if model == LocalEmbedder.model:
            return LocalEmbedder(self._cache)
        titan = self._titan()
        if model == titan.model:
            return titan
        raise EmbeddingUnavailable(
            f"no model of this name is known; known are {LocalEmbedder.model} and {titan.model}"
        )

    def _titan(self) -> TitanEmbedder:
        return TitanEmbedder(BedrockInvoke(self._client("bedrock-runtime", READ_TIMEOUT), self._retry))
