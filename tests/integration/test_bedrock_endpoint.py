"""The endpoint as the product sees it: through botocore and ChatBedrockConverse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any, Literal

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from langchain_aws import ChatBedrockConverse
from pydantic import BaseModel, Field

from infra.local.bedrock.engines.engine import Completion, Engine, Prompt, StopReason
from infra.local.bedrock.engines.extractive import ExtractiveEngine
from infra.local.bedrock.engines.turns import OneAtATime
from infra.local.bedrock.errors import STATUS, BedrockError
from infra.local.bedrock.server import BedrockServer
from tests.unit.bedrock.prompts import CURRENCY, GATEWAY, LOG, prompt

pytestmark = pytest.mark.loopback
SONNET = "anthropic.claude-sonnet-4-5-20250929-v1:0"
HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
PROFILE = f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{HAIKU}"
QUESTION = prompt(LOG, GATEWAY, CURRENCY).turns[0][1]
ENGINE = {"name": "extractive", "model": "no model (extractive)"}


class Claim(BaseModel):
    """A statement."""

    text: str = Field(max_length=300)
    spans: list[Literal["L1", "L4", "P1.1", "P2.1"]] = Field(min_length=1)


class Finding(BaseModel):
    """What broke."""

    claims: list[Claim] = Field(min_length=1, max_length=3)
    fault: Literal["code", "unknown"]
    steps: list[Literal["P1.2", "P2.2", "P2.3"]] = Field(max_length=5)


FOUND = Finding(
    claims=[
        Claim(text="KeyError: 'currency'", spans=["L4"]),
        Claim(
            text="Checkout raises KeyError for orders of the old app, which send no currency.", spans=["P2.1"]
        ),
    ],
    fault="unknown",
    steps=["P2.2", "P2.3"],
)


class Broken(ExtractiveEngine):
    """An engine that fails as it is told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def complete(self, prompt: Prompt) -> Completion:
        raise self.error


class Says(ExtractiveEngine):
    """An engine with one text, for what the wire does to it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def complete(self, prompt: Prompt) -> Completion:
        return Completion(self.text, 1, 1, StopReason.END_TURN)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@contextmanager
def client(engine: Engine) -> Iterator[Any]:
    """A Bedrock client of botocore, with no retries, on a server with this engine."""
    with BedrockServer(engine) as server:
        config = Config(retries={"total_max_attempts": 1})
        made: Any = botocore.session.get_session().create_client(
            "bedrock-runtime", endpoint_url=server.url, config=config
        )
        try:
            yield made
        finally:
            made.close()


@contextmanager
def chat(model: str) -> Iterator[ChatBedrockConverse]:
    """LangChain's model over a server with the extractive engine."""
    with client(ExtractiveEngine()) as made:
        yield ChatBedrockConverse(model=model, client=made, region_name="eu-west-1", max_tokens=700)


def converse(made: Any, model: str = SONNET, text: str = QUESTION, **more: Any) -> Any:
    return made.converse(modelId=model, messages=[{"role": "user", "content": [{"text": text}]}], **more)


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@pytest.mark.parametrize("model", [SONNET, HAIKU])
def test_a_structured_answer_arrives_as_the_type_that_was_asked_for(method: Any, model: str) -> None:
    with chat(model) as llm:
        answer = llm.with_structured_output(Finding, method=method, include_raw=True).invoke(QUESTION)

    assert isinstance(answer, dict)
    assert answer["parsed"] == FOUND
    assert answer["raw"].response_metadata["additionalModelResponseFields"] == {"engine": ENGINE}
    assert answer["raw"].usage_metadata["input_tokens"] > 0


def test_a_structured_answer_streams() -> None:
    with chat(SONNET) as llm:
        assert list(llm.with_structured_output(Finding).stream(QUESTION))[-1] == FOUND


def test_a_text_streams_in_pieces_and_names_its_engine_at_the_end() -> None:
    messages: Any = [{"role": "user", "content": [{"text": "hello"}]}]
    with client(ExtractiveEngine()) as made:
        events = list(made.converse_stream(modelId=HAIKU, messages=messages)["stream"])
        whole = converse(made, text="hello")

    deltas = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
    assert len(deltas) > 5
    assert "".join(deltas) == whole["output"]["message"]["content"][0]["text"]
    assert events[-2]["messageStop"]["additionalModelResponseFields"] == {"engine": ENGINE}
    assert events[-1]["metadata"]["usage"] == whole["usage"]


@pytest.mark.parametrize("model", [SONNET, HAIKU, PROFILE])
def test_any_model_id_is_answered_also_an_arn(model: str) -> None:
    with client(ExtractiveEngine()) as made:
        answer = converse(made, model)

    assert answer["stopReason"] == "end_turn"
    assert (
        answer["ResponseMetadata"]["HTTPHeaders"]["x-tracemend-engine"] == "extractive; no model (extractive)"
    )


def test_an_answer_that_was_cut_says_max_tokens() -> None:
    with client(ExtractiveEngine()) as made:
        answer = converse(made, inferenceConfig={"maxTokens": 4})

    assert (answer["stopReason"], answer["usage"]["outputTokens"]) == ("max_tokens", 4)


@pytest.mark.parametrize("code", sorted(STATUS))
def test_a_failing_engine_is_the_error_that_it_names(code: str) -> None:
    with client(Broken(BedrockError(code, "no luck"))) as made, pytest.raises(ClientError) as failed:
        converse(made)

    assert failed.value.response["Error"] == {"Code": code, "Message": "no luck"}
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == STATUS[code]


def test_an_engine_with_a_bug_is_an_internal_error_without_its_details() -> None:
    with client(Broken(ZeroDivisionError("secret"))) as made, pytest.raises(ClientError) as failed:
        converse(made)

    assert failed.value.response["Error"]["Code"] == "InternalServerException"
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize("text", ["no json", "[1]"])
def test_a_tool_call_that_is_no_object_is_a_model_error(text: str) -> None:
    tools = {"tools": [{"toolSpec": {"name": "T", "inputSchema": {"json": {"type": "object"}}}}]}

    with client(Says(text)) as made, pytest.raises(ClientError) as failed:
        converse(made, toolConfig=tools)

    assert failed.value.response["Error"]["Code"] == "ModelErrorException"


def test_what_an_engine_cannot_read_is_refused_over_the_wire() -> None:
    image: Any = {"image": {"format": "png", "source": {"bytes": b"x"}}}

    with client(ExtractiveEngine()) as made, pytest.raises(ClientError, match="content block image"):
        made.converse(modelId=SONNET, messages=[{"role": "user", "content": [image]}])


def test_who_comes_when_the_queue_is_full_is_throttled() -> None:
    entered, leave = Event(), Event()

    class Slow(Says):
        def complete(self, prompt: Prompt) -> Completion:
            entered.set()
            assert leave.wait(20)
            return super().complete(prompt)

    with client(OneAtATime(Slow("done"), waiting=0)) as made:
        answers: list[Any] = []
        first = Thread(target=lambda: answers.append(converse(made)))
        first.start()
        assert entered.wait(20)
        with pytest.raises(ClientError) as failed:
            converse(made)
        leave.set()
        first.join(20)

    assert failed.value.response["Error"]["Code"] == "ThrottlingException"
    assert answers[0]["output"]["message"]["content"] == [{"text": "done"}]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", f"/model/{SONNET}/invoke", b"{}", 404, "UnknownOperationException"),
        ("POST", "/model/a/b/converse", b"{}", 404, "UnknownOperationException"),
        ("GET", "/", None, 404, "UnknownOperationException"),
        ("POST", f"/model/{SONNET}/converse", b"{", 400, "SerializationException"),
        ("POST", f"/model/{SONNET}/converse", b'{"messages": 3}', 400, "ValidationException"),
        ("POST", "/model/a%2Fb%2Fc/converse", b'{"messages": []}', 400, "ValidationException"),
    ],
)
def test_every_refusal_has_its_name_in_the_header_and_a_message_in_the_body(
    method: str, path: str, body: bytes | None, status: int, code: str
) -> None:
    with BedrockServer(ExtractiveEngine()) as server:
        connection = HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        connection.request(method, path, body)
        response = connection.getresponse()
        message = json.load(response)["message"]
        connection.close()

    assert (response.status, response.headers["x-amzn-ErrorType"]) == (status, code)
    assert message


def test_a_client_that_hangs_up_leaves_the_server_standing() -> None:
    entered, leave, answered = Event(), Event(), Event()

    class Slow(Says):
        def complete(self, prompt: Prompt) -> Completion:
            entered.set()
            assert leave.wait(20)
            answered.set()
            return super().complete(prompt)

    body = json.dumps({"messages": [{"role": "user", "content": [{"text": "hello"}]}]})
    with BedrockServer(Slow("done" * 1_000_000)) as server:
        connection = HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        connection.request("POST", f"/model/{SONNET}/converse", body)
        assert entered.wait(20)
        connection.close()
        leave.set()
        assert answered.wait(20)

        connection.request("POST", f"/model/{SONNET}/converse", body)
        assert connection.getresponse().status == 200
        connection.close()
