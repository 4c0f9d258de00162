"""The engine that asks an OpenAI-compatible server, against a server that answers as they do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from infra.local.bedrock.engines.engine import Completion, StopReason
from infra.local.bedrock.engines.openai import OpenAIEngine, OpenAIServer
from infra.local.bedrock.errors import BedrockError
from tests.unit.bedrock.prompts import LOG, SCHEMA, prompt

pytestmark = pytest.mark.loopback
CHOICE = {"message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}
ANSWER = {"choices": [CHOICE], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}


@contextmanager
def engine(body: Any, status: int = 200, key: str | None = None) -> Iterator[tuple[OpenAIEngine, list[Any]]]:
    """The engine before a server with one answer, and what that server was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append((self.path, self.headers.get("authorization"), request))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1/"
        yield OpenAIEngine(OpenAIServer(address, "qwen", key)), asked
        server.shutdown()


def test_the_question_goes_out_and_the_answer_comes_back() -> None:
    question = prompt(LOG, schema=SCHEMA, max_tokens=50)
    with engine(ANSWER, key="k") as (made, asked):
        answer = made.complete(question)

    assert answer == Completion("Hi.", 7, 2, StopReason.END_TURN)
    path, authorization, request = asked[0]
    assert (path, authorization) == ("/v1/chat/completions", "Bearer k")
    assert (request["model"], request["max_tokens"], request["temperature"]) == ("qwen", 50, 0)
    assert request["messages"] == [{"role": "user", "content": question.turns[0][1]}]
    assert request["response_format"]["json_schema"]["schema"] == SCHEMA


def test_no_key_sends_no_authorization_and_no_schema_no_format() -> None:
    with engine(ANSWER) as (made, asked):
        made.complete(prompt(LOG))

    assert asked[0][1] is None
    assert "response_format" not in asked[0][2]


def test_a_cut_answer_says_so() -> None:
    with engine({"choices": [CHOICE | {"finish_reason": "length"}]}) as (made, _):
        assert made.complete(prompt(LOG)) == Completion("Hi.", 0, 0, StopReason.MAX_TOKENS)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"error": {"message": "bad"}}, "ValidationException"),
        (401, {}, "AccessDeniedException"),
        (404, {"error": "model not found"}, "ResourceNotFoundException"),
        (429, {}, "ThrottlingException"),
        (503, {"error": {"message": "Loading model"}}, "ModelNotReadyException"),
        (504, {}, "ModelTimeoutException"),
        (500, {}, "ModelErrorException"),
        (200, b"<html>", "ModelErrorException"),
        (200, {"choices": []}, "ModelErrorException"),
        (200, [], "ModelErrorException"),
        (200, {"choices": [{"message": {"content": None}, "finish_reason": "stop"}]}, "ModelErrorException"),
    ],
)
def test_a_servers_failure_has_its_bedrock_name(status: int, body: Any, code: str) -> None:
    with engine(body, status) as (made, _), pytest.raises(BedrockError) as failed:
        made.complete(prompt(LOG))

    assert failed.value.code == code


def test_a_prompt_that_is_too_long_is_said_in_bedrocks_words() -> None:
    body = {"error": {"type": "exceed_context_size_error", "message": "..."}}

    with engine(body, 400) as (made, _), pytest.raises(BedrockError, match="Input is too long for requested"):
        made.complete(prompt(LOG))


def test_a_server_that_is_away_is_unavailable() -> None:
    with engine(ANSWER) as (made, _):
        pass

    with pytest.raises(BedrockError) as failed:
        made.complete(prompt(LOG))

    assert failed.value.code == "ServiceUnavailableException"


def test_an_address_without_a_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="http://"):
        OpenAIServer("localhost:11434/v1", "qwen")
