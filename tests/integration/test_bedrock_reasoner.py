"""The reasoner over the real wire: botocore and LangChain against a scripted Converse endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from lambda_image.adapters.bedrock import BedrockConfig, BedrockReasoner
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import AnswerMalformed, DeadlineNear, PermanentError, TransientError
from lambda_image.domain.prompt import Prompt
from tests.fakes.clock import FixedClock
from tests.fakes.converse import ConverseWire, Refusal, Said, Script, text

pytestmark = pytest.mark.loopback

SONNET = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
HAIKU = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
NEWEST = "global.anthropic.claude-opus-4-7"
PROMPT = Prompt("diagnose", "You answer.", "<evidence>\n[L1] x\n</evidence>", 300)
GOOD = '{"claims": [{"text": "it `broke`", "spans": ["L1"]}], "fault": "code"}'


class Claim(BaseModel):
    """A statement."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=40)
    spans: list[Literal["L1", "L2"]] = Field(min_length=1, max_length=4)


class Answer(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(extra="forbid")
    claims: list[Claim] = Field(min_length=1, max_length=3)
    fault: Literal["code", "unknown"]


Build = Callable[..., tuple[BedrockReasoner, ConverseWire]]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Iterator[Build]:
    """A reasoner whose Bedrock is the script."""
    open_wires: list[ConverseWire] = []

    def made(
        script: Script, models: tuple[str, ...] = (SONNET,), **config: Any
    ) -> tuple[BedrockReasoner, ConverseWire]:
        wire = ConverseWire(script).__enter__()
        open_wires.append(wire)
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", wire.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        clock = config.pop("clock", None) or FixedClock()
        retry = Retry(clock, attempts=3, sleep=lambda _: None)
        return BedrockReasoner(BedrockConfig(models, "eu-west-1", **config), clock, retry), wire

    yield made
    for wire in open_wires:
        wire.__exit__(None, None, None)


def tool(arguments: object) -> Said:
    """A call of the answering tool."""
    call = {"toolUseId": "tooluse_1", "name": "answer", "input": arguments}
    return Said(({"text": "I will answer."}, {"toolUse": call}), "tool_use")


def form(body: dict[str, Any]) -> str:
    """Which rung of the ladder a request stands on."""
    if "outputConfig" in body:
        schema = body["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"]
        return "schema" if "maxLength" in schema else "loose schema"
    return "tool" if "toolConfig" in body else "text"


def refusing(*refused: str, otherwise: Said) -> Script:
    """A model that does not take some forms of question."""
    return lambda _, body: Refusal("ValidationException") if form(body) in refused else otherwise


def test_a_schema_is_asked_for_first_and_closed_at_every_level(build: Build) -> None:
    reasoner, wire = build(lambda *_: text(GOOD))
    answered = reasoner.ask(PROMPT, Answer)
    model, body = wire.requests[0]
    schema = json.loads(body["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"])

    assert answered.value.claims[0].text == "it `broke`"
    assert model == SONNET
    assert body["inferenceConfig"] == {"maxTokens": 300}
    assert body["system"] == [{"text": "You answer."}]
    assert "$ref" not in json.dumps(schema)
    assert schema["properties"]["claims"]["items"]["additionalProperties"] is False
    assert "toolConfig" not in body


@pytest.mark.parametrize(
    ("refused", "answer", "forms"),
    [
        ((), text(GOOD), ["schema", "schema"]),
        (("schema",), text(GOOD), ["schema", "loose schema", "loose schema"]),
        (("schema", "loose schema"), tool(json.loads(GOOD)), ["schema", "loose schema", "tool", "tool"]),
        (
            ("schema", "loose schema", "tool"),
            text(f"Sure!\n```json\n{GOOD}\n```"),
            ["schema", "loose schema", "tool", "text", "text"],
        ),
    ],
)
def test_a_form_that_a_model_refuses_is_not_tried_again(
    build: Build, refused: tuple[str, ...], answer: Said, forms: list[str]
) -> None:
    reasoner, wire = build(refusing(*refused, otherwise=answer))
    answers = [reasoner.ask(PROMPT, Answer).value.fault for _ in range(2)]

    assert answers == ["code", "code"]
    assert [form(body) for _, body in wire.requests] == forms


def test_a_model_that_refuses_every_form_is_a_permanent_error(build: Build) -> None:
    reasoner, wire = build(
        lambda *_: Refusal("ValidationException", message="on-demand throughput isn't supported")
    )

    with pytest.raises(PermanentError, match="on-demand throughput"):
        reasoner.ask(PROMPT, Answer)
    assert len(wire.requests) == 4


def test_a_prompt_that_is_too_long_is_not_asked_in_another_form(build: Build) -> None:
    refusal = Refusal("ValidationException", message="Input is too long for requested model.")
    reasoner, wire = build(lambda *_: refusal)

    with pytest.raises(PermanentError, match="too long"):
        reasoner.ask(PROMPT, Answer)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "words",
    [
        f"Here is what I found: {GOOD} I hope it helps.",
        f"```json\n{GOOD}\n```",
        GOOD[:-1],
        GOOD[:-1] + "\n```",
        GOOD.replace("it `broke`", "it `broke`\nhere"),
    ],
)
def test_json_is_found_in_prose_fences_and_with_its_end_missing(build: Build, words: str) -> None:
    reasoner, wire = build(lambda *_: text(words))

    assert reasoner.ask(PROMPT, Answer).value.claims[0].text.startswith("it `broke`")
    assert len(wire.requests) == 1


def test_a_malformed_answer_is_asked_again_once_with_what_was_wrong(build: Build) -> None:
    answers = iter([text('{"claims": [{"text": "x", "spans": ["L9"]}], "fault": "code"}'), text(GOOD)])
    reasoner, wire = build(lambda *_: next(answers))
    answered = reasoner.ask(PROMPT, Answer)
    turns = wire.requests[1][1]["messages"]

    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert "claims.0.spans.0: Input should be 'L1' or 'L2'" in turns[2]["content"][0]["text"]
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == (22, 14)


def test_garbage_twice_is_malformed(build: Build) -> None:
    reasoner, wire = build(lambda *_: text("I cannot do that."))

    with pytest.raises(AnswerMalformed, match="no JSON object"):
        reasoner.ask(PROMPT, Answer)
    assert len(wire.requests) == 2


def test_throttling_is_tried_again_and_then_the_next_model_answers(build: Build) -> None:
    reasoner, wire = build(
        lambda model, _: Refusal("ThrottlingException", 429) if model == SONNET else text("fine"),
        (SONNET, HAIKU),
    )
    answered = reasoner.write(PROMPT)

    assert [model for model, _ in wire.requests] == [SONNET] * 3 + [HAIKU]
    assert (answered.value, answered.usage.engine) == ("fine", HAIKU)


def test_a_model_without_access_is_followed_by_the_next(build: Build) -> None:
    reasoner, wire = build(
        lambda model, _: Refusal("AccessDeniedException", 403) if model == SONNET else text(GOOD),
        (SONNET, HAIKU),
    )

    assert reasoner.ask(PROMPT, Answer).usage.engine == HAIKU
    assert [model for model, _ in wire.requests] == [SONNET, HAIKU]


@pytest.mark.parametrize(
    ("refusal", "error", "calls"),
    [
        (Refusal("ThrottlingException", 429), TransientError, 3),
        (Refusal("ServiceUnavailableException", 503), TransientError, 3),
        (Refusal("InternalServerException", 500), TransientError, 3),
        (Refusal("ModelNotReadyException", 429), TransientError, 3),
        (Refusal("AccessDeniedException", 403), PermanentError, 1),
        (Refusal("ResourceNotFoundException", 404), PermanentError, 1),
        (Refusal("ServiceQuotaExceededException", 400), PermanentError, 1),
    ],
)
def test_errors_are_transient_or_permanent(
    build: Build, refusal: Refusal, error: type[Exception], calls: int
) -> None:
    reasoner, wire = build(lambda *_: refusal)

    with pytest.raises(error):
        reasoner.write(PROMPT)
    assert len(wire.requests) == calls


def test_the_endpoint_says_who_answered(build: Build) -> None:
    engine = {"name": "llama", "model": "Qwen2.5-Coder-1.5B"}
    reasoner, _ = build(lambda *_: Said(({"text": "hi"},), engine=engine))
    usage = reasoner.write(PROMPT).usage

    assert (usage.engine, usage.stage) == ("llama (Qwen2.5-Coder-1.5B)", "diagnose")
    assert (usage.input_tokens, usage.output_tokens) == (11, 7)


def test_what_a_model_thinks_is_not_its_answer(build: Build) -> None:
    thought = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}
    reasoner, _ = build(lambda *_: Said((thought, {"text": "It broke."})))

    assert reasoner.write(PROMPT).value == "It broke."


def test_a_model_that_thought_until_its_tokens_ended_gets_more_once(build: Build) -> None:
    thought = Said(({"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},), "max_tokens")
    answers = iter([thought, text("It broke.")])
    reasoner, wire = build(lambda *_: next(answers))

    assert reasoner.write(PROMPT).value == "It broke."
    assert [body["inferenceConfig"]["maxTokens"] for _, body in wire.requests] == [300, 300 + 4_096]


def test_half_an_answer_is_malformed(build: Build) -> None:
    reasoner, _ = build(lambda *_: text("def f():\n  retur", "max_tokens"))

    with pytest.raises(AnswerMalformed, match="cut off after 7 tokens"):
        reasoner.write(PROMPT)


@pytest.mark.parametrize(
    "stop", ["content_filtered", "guardrail_intervened", "model_context_window_exceeded", "new"]
)
def test_a_stop_for_any_other_reason_is_no_answer(build: Build, stop: str) -> None:
    reasoner, _ = build(lambda *_: text("Sorry.", stop))

    with pytest.raises(PermanentError, match=stop):
        reasoner.write(PROMPT)


@pytest.mark.parametrize(("temperature", "sent"), [(None, {}), (0.0, {"temperature": 0.0})])
def test_temperature_is_sent_only_when_set(
    build: Build, temperature: float | None, sent: dict[str, float]
) -> None:
    reasoner, wire = build(lambda *_: text("hi"), temperature=temperature)
    reasoner.write(PROMPT)

    assert wire.requests[0][1]["inferenceConfig"] == {"maxTokens": 300, **sent}


@pytest.mark.parametrize(
    "model",
    [
        NEWEST,
        "amazon.nova-micro-v1:0",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    ],
)
def test_profiles_and_other_makers_are_asked_by_the_same_wire(build: Build, model: str) -> None:
    reasoner, wire = build(lambda *_: text(GOOD), (model,))

    assert reasoner.ask(PROMPT, Answer).value.fault == "code"
    assert wire.requests[0][0] == model


def test_nothing_is_asked_when_the_deadline_is_near(build: Build) -> None:
    reasoner, wire = build(lambda *_: text("hi"), clock=FixedClock(remaining=8.0))

    with pytest.raises(DeadlineNear):
        reasoner.write(PROMPT)
    assert wire.requests == []
