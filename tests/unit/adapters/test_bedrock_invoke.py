"""Embedding models are called as every AWS service is."""

from __future__ import annotations

import io
import json
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from knowledge.embeddings.bedrock import TitanEmbedder
from knowledge.errors import EmbeddingUnavailable
from lambda_image.adapters.bedrock_invoke import BedrockInvoke
from lambda_image.adapters.retry import Retry


class Unhurried:
    """A clock that never ends."""

    def now(self) -> int:
        return 0

    def remaining(self) -> float:
        return 900.0


@pytest.fixture
def stubbed() -> tuple[TitanEmbedder, Stubber]:
    client: Any = boto3.client(
        "bedrock-runtime", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    retry = Retry(Unhurried(), sleep=lambda _: None)
    return TitanEmbedder(BedrockInvoke(client, retry)), Stubber(client)


def test_a_throttled_call_is_made_again(stubbed: tuple[TitanEmbedder, Stubber]) -> None:
    embedder, bedrock = stubbed
    content = json.dumps({"embedding": [2.0] + [0.0] * 1023}).encode()
    bedrock.add_client_error("invoke_model", "ThrottlingException", http_status_code=429)
    bedrock.add_response(
        "invoke_model",
        {"body": StreamingBody(io.BytesIO(content), len(content)), "contentType": "application/json"},
        {
            "modelId": "amazon.titan-embed-text-v2:0",
            "body": json.dumps({"inputText": "disk", "dimensions": 1024, "normalize": True}),
            "contentType": "application/json",
            "accept": "application/json",
        },
    )

    with bedrock:
        assert embedder.question("disk")[0] == 1.0
    bedrock.assert_no_pending_responses()


def test_a_refused_call_is_not_made_again_and_names_the_model(stubbed: tuple[TitanEmbedder, Stubber]) -> None:
    embedder, bedrock = stubbed
    bedrock.add_client_error("invoke_model", "AccessDeniedException", http_status_code=403)

    with bedrock, pytest.raises(EmbeddingUnavailable, match=r"titan-embed.*AccessDenied.*model's access"):
        embedder.question("disk")
