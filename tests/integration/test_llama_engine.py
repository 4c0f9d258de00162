"""llama.cpp in this process: what it refuses, and, where the weights are in the cache, what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from infra.local.bedrock.engines.engine import StopReason
from infra.local.bedrock.engines.llama import LlamaEngine, LlamaOptions
from infra.local.bedrock.errors import BedrockError
from infra.local.bedrock.weights import QWEN
from tests.unit.bedrock.prompts import CURRENCY, LOG, SCHEMA, prompt

WEIGHTS = Path.home() / ".cache/tracemend" / QWEN.file


def loaded() -> LlamaEngine:
    """The demo's own model, with a small context."""
    if not WEIGHTS.is_file():
        pytest.skip("the weights are not in the cache")
    return LlamaEngine(WEIGHTS, QWEN.model, LlamaOptions(context=2048))


@pytest.fixture(scope="module")
def qwen() -> Iterator[LlamaEngine]:
    with closing(loaded()) as engine:
        yield engine


def test_a_missing_file_is_a_model_that_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(BedrockError, match="no model file") as failed:
        LlamaEngine(tmp_path / "none.gguf")

    assert failed.value.code == "ModelNotReadyException"


def test_a_file_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    (tmp_path / "text.gguf").write_text("not a model")

    with pytest.raises(BedrockError, match="cannot load") as failed:
        LlamaEngine(tmp_path / "text.gguf")

    assert failed.value.code == "ModelErrorException"


@pytest.mark.model
@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_the_real_model_answers_in_the_shape_that_was_asked_for(qwen: LlamaEngine) -> None:
    answer = qwen.complete(prompt(LOG, CURRENCY, schema=SCHEMA, max_tokens=300))

    found = json.loads(answer.text)
    assert answer.stop_reason is StopReason.END_TURN
    assert set(found) == {"claims", "fault", "steps"}
    assert 1 <= len(found["claims"]) <= 3
    assert set(found["steps"]) <= set(SCHEMA["properties"]["steps"]["items"]["enum"])
    assert answer.input_tokens > 100
    assert answer.output_tokens > 10


@pytest.mark.model
@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_the_real_model_stops_where_it_is_told(qwen: LlamaEngine) -> None:
    answer = qwen.complete(prompt("Name ten AWS services.", max_tokens=6))

    assert (answer.output_tokens, answer.stop_reason) == (6, StopReason.MAX_TOKENS)


@pytest.mark.model
@pytest.mark.loopback
def test_a_prompt_longer_than_the_context_is_refused_in_bedrocks_words(qwen: LlamaEngine) -> None:
    with pytest.raises(BedrockError, match="Input is too long for requested model"):
        qwen.complete(prompt("word " * 3000))


@pytest.mark.model
@pytest.mark.loopback
def test_a_schema_that_llama_cannot_follow_is_a_validation_error(qwen: LlamaEngine) -> None:
    with pytest.raises(BedrockError) as failed:
        qwen.complete(prompt(LOG, schema={"type": "banana"}))

    assert failed.value.code == "ValidationException"


@pytest.mark.model
@pytest.mark.loopback
def test_an_answer_that_takes_too_long_is_a_timeout(
    qwen: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qwen, "_options", LlamaOptions(seconds=0))

    with pytest.raises(BedrockError) as failed:
        qwen.complete(prompt("Count to a thousand."))

    assert failed.value.code == "ModelTimeoutException"


@pytest.mark.model
@pytest.mark.loopback
@pytest.mark.timeout(600)
def test_closing_ends_the_answer_that_is_being_written() -> None:
    engine = loaded()
    failures: list[BedrockError] = []

    def ask() -> None:
        try:
            engine.complete(prompt("Count to a thousand."))
        except BedrockError as error:
            failures.append(error)

    asking = Thread(target=ask)
    asking.start()
    while not engine._turn.locked():
        sleep(0.01)
    engine.close()
    asking.join(60)
    with pytest.raises(BedrockError) as closed:
        engine.complete(prompt("Again."))

    assert failures
    assert closed.value.code == "ModelNotReadyException"
