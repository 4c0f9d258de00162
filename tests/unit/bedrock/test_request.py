"""What a Converse body becomes, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.bedrock.errors import BedrockError
from infra.local.bedrock.request import Request, read_request

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
HELLO = {"role": "user", "content": [{"text": "hello"}]}
YES = {"role": "assistant", "content": [{"text": "yes?"}]}


def read(model: str = MODEL, **members: Any) -> Request:
    return read_request(model, json.dumps({"messages": [HELLO], **members}).encode())


def tool(name: str, **spec: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": "the letter"}}}
    return {"toolSpec": {"name": name, "inputSchema": {"json": schema}, **spec}}


def test_a_conversation_becomes_turns() -> None:
    found = read(
        system=[{"text": "be brief"}, {"cachePoint": {"type": "default"}}],
        messages=[HELLO, YES, HELLO],
        inferenceConfig={"maxTokens": 9, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"]},
    ).prompt

    assert found.system == "be brief"
    assert found.turns == (("user", "hello"), ("assistant", "yes?"), ("user", "hello"))
    assert (found.max_tokens, found.temperature, found.top_p, found.stop) == (9, 0.5, 0.9, ("END",))
    assert found.json_schema is None


@pytest.mark.parametrize("choice", [{}, {"toolChoice": {"auto": {}}}, {"toolChoice": {"any": {}}}])
def test_the_only_tool_is_the_shape_of_the_answer(choice: dict[str, Any]) -> None:
    found = read(toolConfig={"tools": [tool("Letter", description="One letter.")], **choice})

    assert found.tool == "Letter"
    assert found.prompt.json_schema is not None
    assert "One letter.\n- a: the letter" in found.prompt.system


def test_a_named_tool_is_taken_out_of_several() -> None:
    config = {"tools": [tool("One"), tool("Two")], "toolChoice": {"tool": {"name": "Two"}}}

    assert read(toolConfig=config).tool == "Two"


def test_a_tool_call_and_its_result_are_read_as_text() -> None:
    use = {"toolUse": {"toolUseId": "t1", "name": "Letter", "input": {"a": "b"}}}
    result = {"toolResult": {"toolUseId": "t1", "content": [{"text": "wrong"}], "status": "error"}}
    messages = [HELLO, {"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]

    assert read(messages=messages).prompt.turns[1:] == (("assistant", '{"a": "b"}'), ("user", "wrong"))


def test_the_schema_of_an_output_format_is_a_string_of_json() -> None:
    definition = {"name": "letter", "schema": '{"type": "object", "properties": {}}'}
    text_format = {"type": "json_schema", "structure": {"jsonSchema": definition}}
    found = read(outputConfig={"textFormat": text_format})

    assert (found.tool, found.prompt.json_schema) == (None, {"type": "object", "properties": {}})


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"messages": []}, "must start with a user message"),
        ({"messages": [YES]}, "must start with a user message"),
        ({"messages": [HELLO, HELLO]}, "must alternate"),
        ({"messages": [HELLO, YES]}, "must end with a user message"),
        ({"messages": [{"role": "user", "content": [{"text": " "}]}]}, "is blank"),
        ({"messages": [{"role": "robot", "content": [{"text": "x"}]}]}, "satisfy enum value set"),
        ({"messages": [{"role": "user", "content": [{"txt": "x"}]}]}, "txt"),
        ({"messages": [{"role": "user", "content": "x"}]}, "Invalid type"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"image": {"format": "png", "source": {"bytes": "eA=="}}}]}
                ]
            },
            "content block image .* is not supported",
        ),
        ({"inferenceConfig": {"maxToken": 5}}, "maxToken"),
        ({"inferenceConfig": {"maxTokens": "5"}}, "Invalid type"),
        ({"inferenceConfig": {"maxTokens": 0}}, "min"),
        ({"inferenceConfig": {"temperature": 1.5}}, "less than or equal to 1"),
        ({"top_p": 1}, "Unknown parameter"),
        (
            {"guardrailConfig": {"guardrailIdentifier": "g1", "guardrailVersion": "1"}},
            "guardrailConfig is not supported",
        ),
        ({"additionalModelRequestFields": {"thinking": {}}}, "additionalModelRequestFields is not supported"),
        ({"outputConfig": {"effort": "low"}}, "effort is not supported"),
        ({"toolConfig": {"tools": []}}, "min"),
        ({"toolConfig": {"tools": [tool("a b")]}}, "regular expression pattern"),
        ({"toolConfig": {"tools": [tool("One"), tool("Two")]}}, "choice between several tools"),
        (
            {"toolConfig": {"tools": [tool("One")], "toolChoice": {"tool": {"name": "Two"}}}},
            "not among the tools",
        ),
        (
            {
                "outputConfig": {
                    "textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": "{"}}}
                }
            },
            "the schema is not JSON",
        ),
    ],
)
def test_what_bedrock_or_the_engines_cannot_take_is_a_validation_error(
    members: dict[str, Any], says: str
) -> None:
    with pytest.raises(BedrockError, match=f"(?s){says}") as refused:
        read(**members)

    assert refused.value.code == "ValidationException"


def test_a_strange_model_id_is_a_validation_error() -> None:
    with pytest.raises(BedrockError, match="modelId"):
        read("no such/model?")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_a_serialization_error(body: bytes) -> None:
    with pytest.raises(BedrockError) as refused:
        read_request(MODEL, body)

    assert (refused.value.code, refused.value.status) == ("SerializationException", 400)
