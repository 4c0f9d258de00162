"""S3 Vectors: moto keeps the vectors; what it lacks is here, after the user guide and API reference."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from moto.s3vectors.models import s3vectors_backends

from tests.fakes.aws_service import Asked, Refusal, StandIn

REGION = "eu-central-1"
BUCKET, INDEX = "tracemend-vectors", "runbooks"
ACCOUNT = "123456789012"
ARN = f"arn:aws:s3vectors:{REGION}:{ACCOUNT}:bucket/{BUCKET}/index/{INDEX}"


class S3Vectors(StandIn):
    """A bucket with one index; needs moto's `mock_aws` around it. `texts` are the keys that are searched."""

    def __init__(self, dimension: int = 3, *, words: bool = True) -> None:
        super().__init__(
            "s3vectors",
            {
                "QueryVectors": self._query,
                "GetIndex": self._get_index,
                "UpdateIndexMode": self._mode,
                "UpdateMetadataConfiguration": self._add,
                "ListVectors": self._list,
            },
            REGION,
        )
        self.texts = {"title", "text", "parts"} if words else set()
        self.mode = "ENHANCED" if words else "CLASSIC"
        self.page_size = 1_000
        self._dimension = dimension
        self.client.create_vector_bucket(vectorBucketName=BUCKET)
        self.client.create_index(
            vectorBucketName=BUCKET,
            indexName=INDEX,
            dataType="float32",
            dimension=dimension,
            distanceMetric="cosine",
        )

    @property
    def vectors(self) -> dict[str, Any]:
        """What moto keeps, by key."""
        index = s3vectors_backends[ACCOUNT]["aws"].get_index(BUCKET, INDEX, "")
        kept: dict[str, Any] = index.vectors
        return kept

    def _list(self, asked: Asked) -> dict[str, Any]:
        start = int(asked.get("nextToken", 0))
        size = min(self.page_size, asked["maxResults"])
        every = sorted(self.vectors.items())
        page = [{"key": key, "metadata": each.metadata} for key, each in every[start : start + size]]
        token = {"nextToken": str(start + size)} if start + size < len(every) else {}
        return {"vectors": page, **token}

    def _query(self, asked: Asked) -> dict[str, Any]:
        if asked["topK"] > 100:
            raise Refusal("ValidationException", "topK is at most 100")
        texts = asked.get("queryTexts", [])
        if unknown := {each["metadataKey"] for each in texts} - self.texts:
            raise Refusal("ValidationException", f"no full-text search of {unknown}")
        found = []
        for key, each in self.vectors.items():
            if not _fits(asked.get("filter", {}), each.metadata):
                continue
            if "queryVector" in asked:
                distance = 1 - _cosine(asked["queryVector"]["float32"], each.data["float32"])
                found.append((distance, {"key": key, "distance": distance, "metadata": each.metadata}))
            elif score := sum(
                _words(text["text"], each.metadata.get(text["metadataKey"], "")) for text in texts
            ):
                found.append((-score, {"key": key, "metadata": each.metadata}))
        found.sort(key=lambda pair: pair[0])
        return {"vectors": [each for _, each in found[: asked["topK"]]], "distanceMetric": "cosine"}

    def _get_index(self, _: Asked) -> dict[str, Any]:
        texts = [{"metadataKey": key, "language": "en", "status": "ACTIVE"} for key in sorted(self.texts)]
        return {
            "index": {
                "vectorBucketName": BUCKET,
                "indexName": INDEX,
                "indexArn": ARN,
                "creationTime": 1_790_000_000,
                "dataType": "float32",
                "dimension": self._dimension,
                "distanceMetric": "cosine",
                "metadataConfiguration": {"textSearchConfigurations": texts},
                "indexMode": self.mode,
            }
        }

    def _mode(self, asked: Asked) -> dict[str, Any]:
        self.mode = asked["indexMode"]
        return {}

    def _add(self, asked: Asked) -> dict[str, Any]:
        if self.mode != "ENHANCED":
            raise Refusal("ValidationException", "the index is not in ENHANCED mode")
        self.texts |= {each["metadataKey"] for each in asked["add"]["textSearchConfigurations"]}
        return {"indexArn": ARN}


def _fits(told: Mapping[str, Any], metadata: Mapping[str, Any]) -> bool:
    for key, asked in told.items():
        if key in {"$and", "$or"}:
            every = all if key == "$and" else any
            if not every(_fits(each, metadata) for each in asked):
                return False
        elif "$exists" in asked:
            if (key in metadata) != asked["$exists"]:
                return False
        else:
            value = metadata.get(key)
            if asked["$eq"] not in (value if isinstance(value, list) else [value]):
                return False
    return True


def _words(asked: str, text: str) -> int:
    words = "".join(each if each.isalnum() else " " for each in json.dumps(text, ensure_ascii=False).lower())
    stems = {word.rstrip("s") for word in words.split()}
    return sum(word.rstrip("s") in stems for word in asked.lower().split())


def _cosine(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True)) / (math.hypot(*left) * math.hypot(*right))
