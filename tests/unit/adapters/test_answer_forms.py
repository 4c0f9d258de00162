"""Typed answers out of whatever a model writes, and the reasons for those that are none."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from lambda_image.adapters.answer_forms import Form, parameters, schema_of, validated
from lambda_image.domain.errors import AnswerMalformed


class Edit(BaseModel):
    """An answer with code in it."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(max_length=30)
    code: str


CODE = st.text(alphabet=st.sampled_from("ab{}[]`\"'\\\n\t $%</>"), max_size=60)


@given(
    CODE,
    st.sampled_from(["", "Sure, here: ", "```json\n", "I think {this} fits:\n"]),
    st.sampled_from(["", "\n```", " Bye {x}."]),
)
def test_code_survives_byte_by_byte_in_prose_and_fences(code: str, before: str, after: str) -> None:
    assert validated(before + json.dumps({"title": "t", "code": code}) + after, Edit).code == code


@pytest.mark.parametrize("text", ['{"claims": ' + "[" * 5_000, '{"a":' * 3_000, '{"' * 500_000, "x" * 30_000])
def test_an_answer_that_is_deep_or_long_is_malformed(text: str) -> None:
    with pytest.raises(AnswerMalformed):
        validated(text, dict[str, int])


def test_raw_line_ends_in_a_string_are_taken() -> None:
    assert validated('{"title": "t", "code": "a\nb\tc"}', Edit).code == "a\nb\tc"


def test_a_missing_brace_is_put_in() -> None:
    assert validated('{"title": "t", "code": "x = `a`"', Edit).code == "x = `a`"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "there is no JSON object in it"),
        ("I do not know.", "there is no JSON object in it"),
        ('{"title": "t"}', "code: Field required"),
        ('{"title": "t", "code": 1}', "code: Input should be a valid string"),
        ('{"title": "t", "code": "", "merge": true}', "merge: Extra inputs are not permitted"),
        (json.dumps({"title": "t" * 31, "code": ""}), "title: String should have at most 30 characters"),
    ],
)
def test_a_malformed_answer_is_refused_with_a_reason_its_author_can_act_on(text: str, reason: str) -> None:
    with pytest.raises(AnswerMalformed, match=reason):
        validated(text, Edit)


@given(st.text(max_size=200))
def test_any_text_is_an_answer_or_malformed(text: str) -> None:
    with contextlib.suppress(AnswerMalformed):
        assert isinstance(validated(text, Edit), Edit)


def test_the_loose_schema_has_no_bounds_but_a_property_may_be_named_like_one() -> None:
    class Odd(BaseModel):
        pattern: str = Field(max_length=3)

    schema = json.loads(
        parameters(Form.LOOSE_SCHEMA, schema_of(Odd))["output_config"]["textFormat"]["structure"][
            "jsonSchema"
        ]["schema"]
    )

    assert schema["properties"] == {"pattern": {"type": "string"}}
    assert schema["additionalProperties"] is False
