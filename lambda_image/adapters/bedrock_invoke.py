"""InvokeModel on Bedrock, for the models that make vectors or rank, as patient as every AWS call here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from knowledge.errors import EmbeddingUnavailable
from lambda_image.adapters.aws import translated
from lambda_image.domain.errors import PermanentError, TransientError

Patient = Callable[[Callable[[], Mapping[str, Any]]], Mapping[str, Any]]


class BedrockInvoke:
    """Implements `knowledge.embeddings.bedrock.Invoke`; `retry` is an `adapters.retry.Retry`."""

    def __init__(self, client: Any, retry: Patient) -> None:
        self._client = client
        self._retry = retry

    def __call__(self, model: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answer's JSON. Raises EmbeddingUnavailable."""
        try:
            return self._retry(lambda: self._once(model, body))
        except (PermanentError, TransientError) as error:
            raise EmbeddingUnavailable(
                f"{error}. See the model's access in Bedrock, and its region"
            ) from error

    def _once(self, model: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        with translated(f"Bedrock InvokeModel of {model}"):
            answer = self._client.invoke_model(
                modelId=model,
                body=json.dumps(body),
                contentType="application/json",
                accept="application/json",
            )
            found: Mapping[str, Any] = json.loads(answer["body"].read())
        return found
