"""Embedding models by the choice of who fills an index, and by the name that an index records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache as once
from pathlib import Path
from typing import Any

from knowledge.embeddings.bedrock import COHERE, TITAN, CohereEmbedder, TitanEmbedder, embedder_of
from knowledge.embeddings.cached import CachedEmbedder
from knowledge.embeddings.local import LocalEmbedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Embedder
from lambda_image.adapters.bedrock_invoke import BedrockInvoke
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import ConfigurationError

READ_TIMEOUT = 20.0
NAMED = f"{TITAN} or {COHERE}, with /256, /512 or /1024 behind it"
CHOICES = f"none, local, bedrock, {NAMED}"


class Embedders:
    """`client` makes a client of an AWS service; in `cache` are the local model and vectors made before.

    `setting` is the choice of this deployment: an index does not record through which profile its model is
    asked.
    """

    def __init__(
        self, client: Callable[[str, float], Any], cache: Path, retry: Retry, setting: str = ""
    ) -> None:
        self._cache = cache
        self._setting = setting
        # Made when a model of Bedrock is asked for the first time.
        self._made = once(lambda: BedrockInvoke(client("bedrock-runtime", READ_TIMEOUT), retry))

    def chosen(self, choice: str) -> CachedEmbedder | None:
        """To fill an index with, what was embedded before not again; None for `none`.

        Raises ConfigurationError, or EmbeddingUnavailable where the model cannot be had.
        """
        if choice == "none":
            return None
        file = self._cache / "vectors.sqlite"
        if choice == "local":
            return CachedEmbedder(LocalEmbedder(self._cache), file)
        made = self._named(choice)
        if made is None:
            raise ConfigurationError(f"there are no embeddings {choice!r}; choose {CHOICES}")
        return CachedEmbedder(made, file, made.estimate)

    def recorded(self, model: str) -> Embedder:
        """To ask an index that records this model. Raises EmbeddingUnavailable."""
        if model == LocalEmbedder.model:
            return LocalEmbedder(self._cache)
        for each in (self._named(self._setting), self._named(model)):
            if each and each.model == model:
                return each
        raise EmbeddingUnavailable(
            f"no model of this name is known; known are {LocalEmbedder.model}, {NAMED}"
        )

    def _named(self, choice: str) -> TitanEmbedder | CohereEmbedder | None:
        name = TITAN if choice == "bedrock" else choice
        return embedder_of(name, self._invoke)

    def _invoke(self, model: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._made()(model, body)
