"""Models of Bedrock that make vectors, as a client of bedrock-runtime answers for them."""

from __future__ import annotations

import io
import json
from typing import Any

from botocore.exceptions import ClientError


class Titan:
    """InvokeModel as Titan and Cohere answer it; texts of the same length are alike, `best` ranks first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.models: list[str] = []
        self.denied = False
        self.best = ""

    def invoke_model(self, *, body: str, **asked: Any) -> dict[str, Any]:
        """The answer's body."""
        if self.denied:
            error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, "InvokeModel")
        self.models.append(asked["modelId"])
        told = json.loads(body)
        if "documents" in told:
            scores = [float(each == self.best) for each in told["documents"]]
            ranked = [{"index": at, "relevance_score": score} for at, score in enumerate(scores)]
            return {"body": io.BytesIO(json.dumps({"results": ranked}).encode())}
        texts = told.get("texts") or [told["inputText"]]
        self.asked += texts
        size = told.get("output_dimension") or told["dimensions"]
        made = [[float(len(text)), 1.0] + [0.0] * (size - 2) for text in texts]
        answer = {"embeddings": {"float": made}} if "texts" in told else {"embedding": made[0]}
        return {"body": io.BytesIO(json.dumps(answer).encode())}
