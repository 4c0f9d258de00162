"""The engine without a model: verbatim lines, or a refusal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.bedrock.engines.engine import StopReason
from infra.local.bedrock.engines.extractive import ExtractiveEngine
from infra.local.bedrock.errors import BedrockError
from tests.unit.bedrock.prompts import CODE, CURRENCY, GATEWAY, LOG, SCHEMA, prompt

ENGINE = ExtractiveEngine()


def answer(*parts: str, schema: dict[str, Any] = SCHEMA) -> Any:
    return json.loads(ENGINE.complete(prompt(*parts, schema=schema)).text)


def test_the_raised_error_comes_first_and_each_claim_is_the_line_that_it_cites() -> None:
    found = answer(LOG, GATEWAY, CURRENCY, CODE)

    assert found["claims"] == [
        {"text": "KeyError: 'currency'", "spans": ["L4"]},
        {
            "text": "Checkout raises KeyError for orders of the old app, which send no currency.",
            "spans": ["P2.1"],
        },
    ]


def test_steps_are_those_of_the_passage_that_fits_the_log_in_their_order() -> None:
    assert answer(LOG, GATEWAY, CURRENCY, CODE)["steps"] == ["P2.2", "P2.3"]


def test_a_passage_about_something_else_gives_neither_claim_nor_step() -> None:
    found = answer(LOG, GATEWAY)

    assert [claim["spans"] for claim in found["claims"]] == [["L4"]]
    assert found["steps"] == []


@pytest.mark.parametrize(
    ("question", "spans"),
    [("what do orders of the old app send", ["P2.1"]), ("is the moon made of cheese", [])],
)
def test_a_question_is_answered_by_the_lines_that_share_its_words_or_by_none(
    question: str, spans: list[str]
) -> None:
    may_be_empty = json.loads(json.dumps(SCHEMA).replace('"minItems": 1', '"minItems": 0'))
    asked = f"<question>\n{question}\n</question>"
    found = answer(LOG, GATEWAY, CURRENCY, CODE, asked, schema=may_be_empty)

    assert [claim["spans"][0] for claim in found["claims"]][:1] == spans


def test_it_does_not_judge_where_the_fault_lies() -> None:
    assert answer(LOG)["fault"] == "unknown"


def test_a_choice_without_unknown_is_refused() -> None:
    with pytest.raises(BedrockError, match="can only select evidence") as refused:
        answer(LOG, schema={"type": "object", "properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"]})

    assert refused.value.code == "ValidationException"


@pytest.mark.parametrize("kind", ["integer", "number", "boolean"])
def test_what_no_line_can_be_is_refused_when_required_and_left_out_when_not(kind: str) -> None:
    properties = {"line": {"type": "string"}, "value": {"type": kind}}
    schema = {"type": "object", "properties": properties}

    assert answer(LOG, schema=schema) == {"line": "KeyError: 'currency'"}
    with pytest.raises(BedrockError, match=f"of type {kind}"):
        answer(LOG, schema=schema | {"required": ["value"]})


def test_a_schema_with_references_and_null_is_followed() -> None:
    schema = {
        "type": "object",
        "properties": {"cause": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/Line"}]}},
        "$defs": {"Line": {"type": "string", "maxLength": 8}},
    }

    assert answer(LOG, schema=schema) == {"cause": "KeyError"}


def test_a_list_of_one_possible_id_holds_it_once_or_not_at_all() -> None:
    items = {"type": "array", "items": {"const": "P2.2"}}
    schema = {"type": "object", "properties": {"steps": items}}

    assert answer(LOG, CURRENCY, schema=schema) == {"steps": ["P2.2"]}
    assert answer(LOG, schema=schema) == {"steps": []}


def test_a_question_without_numbered_evidence_is_refused() -> None:
    with pytest.raises(BedrockError, match="can only select evidence"):
        answer("nothing here")


def test_a_plain_question_gets_the_notice_and_the_best_lines() -> None:
    found = ENGINE.complete(prompt(LOG, CURRENCY)).text

    assert found.startswith("This engine is extractive: it has no language model")
    assert "proposes no code" in found
    assert "[L4] KeyError: 'currency'" in found
    assert "```" not in found


def test_code_lines_are_quoted_without_their_number_and_never_as_statements() -> None:
    found = answer(CODE, LOG)

    assert all(claim["spans"][0][0] != "C" for claim in found["claims"])


def test_an_answer_stops_at_the_limit_and_says_so() -> None:
    cut = ENGINE.complete(prompt(LOG, max_tokens=5))

    assert (cut.text, cut.output_tokens, cut.stop_reason) == (
        "This engine is extractive: it",
        5,
        StopReason.MAX_TOKENS,
    )


def test_the_java_cause_is_preferred_to_what_it_led_to() -> None:
    log = """[L1] 08:00:01 ERROR Servlet.service() threw
[L2] java.lang.IllegalStateException: cannot load user
[L3]   at com.shop.Users.load(Users.java:42)
[L4] Caused by: java.net.ConnectException: Connection refused
[L5] 08:00:02 INFO next request"""
    schema = {"type": "object", "properties": {"cause": {"type": "string"}}}

    assert answer(log, schema=schema) == {"cause": "Caused by: java.net.ConnectException: Connection refused"}


def test_it_names_itself() -> None:
    assert (ENGINE.name, ENGINE.model) == ("extractive", "no model (extractive)")
