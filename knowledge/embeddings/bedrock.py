"""Embedding models and rerankers on Bedrock. Who calls AWS, and how patiently, is told from outside."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from knowledge.embeddings.estimate import Estimate
from knowledge.errors import EmbeddingUnavailable
from knowledge.store import Vector

# InvokeModel: a model id and the request's JSON to the answer's JSON. Raises EmbeddingUnavailable.
Invoke = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]

TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-v4:0"
RERANKER = "cohere.rerank-v3-5:0"
DIMENSIONS = 1024
# Of both models; an inference profile has its geography in front (Bedrock user guide, "Inference profiles").
_NAME = re.compile(
    rf"(?P<id>{re.escape(TITAN)}|(?:[a-z]+(?:-[a-z]+)?\.)?{re.escape(COHERE)})(?:/(?P<dimensions>256|512|1024))?"
)
# Limits of a request, in Bedrock's user guide ("Amazon Titan Embeddings", "Cohere Embed v4").
TITAN_CHARACTERS = 50_000
COHERE_TEXTS = 96
# English prose; code and identifiers have fewer characters in a token.
CHARACTERS_A_TOKEN = 3.5
# US dollars for a million tokens (on demand, us-east-1, November 2026).
PRICES = {"titan": 0.02, "cohere": 0.12}


class TitanEmbedder:
    """Implements `Embedder` by Titan Text Embeddings V2, which takes one text a call."""

    def __init__(self, invoke: Invoke, model_id: str = TITAN, dimensions: int = DIMENSIONS) -> None:
        self._invoke = invoke
        self._model_id = model_id
        self._dimensions = dimensions

    @property
    def model(self) -> str:
        """See `Embedder.model`."""
        return f"{self._model_id}/{self._dimensions}"

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder.passages`."""
        return [self.question(text) for text in texts]

    def question(self, text: str) -> Vector:
        """See `Embedder.question`."""
        # An empty text is refused by the service; a page may be one all the same.
        told = text[:TITAN_CHARACTERS] or " "
        body = {"inputText": told, "dimensions": self._dimensions, "normalize": True}
        answer = self._invoke(self._model_id, body)
        return _vectors([answer.get("embedding")], 1, self._dimensions)[0]

    def estimate(self, texts: Sequence[str]) -> Estimate:
        """What `passages` will take."""
        return _estimate(texts, len(texts), PRICES["titan"])


class CohereEmbedder:
    """Implements `Embedder` by Cohere Embed v4, which takes many texts a call."""

    def __init__(self, invoke: Invoke, model_id: str = COHERE, dimensions: int = DIMENSIONS) -> None:
        self._invoke = invoke
        self._model_id = model_id
        self._dimensions = dimensions

    @property
    def model(self) -> str:
        """See `Embedder.model`; a regional profile's prefix does not make another model."""
        return f"cohere.{self._model_id.partition('cohere.')[2]}/{self._dimensions}"

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """See `Embedder.passages`."""
        found: list[Vector] = []
        for start in range(0, len(texts), COHERE_TEXTS):
            found += self._embedded(texts[start : start + COHERE_TEXTS], "search_document")
        return found

    def question(self, text: str) -> Vector:
        """See `Embedder.question`."""
        return self._embedded([text], "search_query")[0]

    def estimate(self, texts: Sequence[str]) -> Estimate:
        """What `passages` will take."""
        return _estimate(texts, math.ceil(len(texts) / COHERE_TEXTS), PRICES["cohere"])

    def _embedded(self, texts: Sequence[str], kind: str) -> list[Vector]:
        body = {
            "texts": [text or " " for text in texts],
            "input_type": kind,
            "embedding_types": ["float"],
            "output_dimension": self._dimensions,
            "truncate": "RIGHT",
        }
        found = self._invoke(self._model_id, body).get("embeddings")
        made = found.get("float") if isinstance(found, Mapping) else None
        return _vectors(made, len(texts), self._dimensions)


def embedder_of(name: str, invoke: Invoke) -> TitanEmbedder | CohereEmbedder | None:
    """The embedder of MODEL or MODEL/DIMENSIONS, also by an inference profile's id; None for any other."""
    told = _NAME.fullmatch(name)
    if told is None:
        return None
    kind = TitanEmbedder if TITAN in told["id"] else CohereEmbedder
    return kind(invoke, told["id"], int(told["dimensions"] or DIMENSIONS))


class CohereReranker:
    """Implements `Reranker` by Cohere Rerank 3.5."""

    def __init__(self, invoke: Invoke, model_id: str = RERANKER) -> None:
        self._invoke = invoke
        self._model_id = model_id

    def scores(self, text: str, passages: Sequence[str]) -> list[float]:
        """See `Reranker.scores`."""
        if not passages:
            return []
        body = {"query": text, "documents": list(passages), "top_n": len(passages), "api_version": 2}
        scores = [0.0] * len(passages)
        try:
            for each in self._invoke(self._model_id, body)["results"]:
                scores[each["index"]] = float(each["relevance_score"])
        except (KeyError, IndexError, TypeError) as error:
            raise EmbeddingUnavailable(f"{self._model_id} answered in another form ({error!r})") from error
        return scores


def _vectors(found: Any, count: int, dimensions: int) -> list[Vector]:
    """At unit length. Raises EmbeddingUnavailable where the answer is not what was asked."""
    if not isinstance(found, list) or len(found) != count:
        raise EmbeddingUnavailable(f"the model gave no {count} vectors; name another embedding model")
    return [_unit(each, dimensions) for each in found]


def _unit(vector: Any, dimensions: int) -> Vector:
    length = math.hypot(*vector) if isinstance(vector, list) and len(vector) == dimensions else 0.0
    if not length:
        raise EmbeddingUnavailable(f"the model gave no vector of {dimensions} numbers; name another model")
    return [value / length for value in vector]


def _estimate(texts: Sequence[str], calls: int, price: float) -> Estimate:
    tokens = math.ceil(sum(map(len, texts)) / CHARACTERS_A_TOKEN)
    return Estimate(len(texts), tokens, tokens * price / 1e6, calls)
