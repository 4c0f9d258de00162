"""What holds for all patterns and all messages."""

from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.errors import ConfigurationError
from lambda_image.steps.filters import parse

WORDS = st.from_regex(r"\A[A-Za-z0-9_]{1,6}\Z")
SYMBOLS = st.text(alphabet="ab1 ?-\"%{}[]()$.*=!<>&|,\\^+:'ISNULOTEXR…", max_size=30)
ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\s", r"\.", r"\x41", "[a-c1]", " "])
COUNTS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}", "{2,}"])
ROW = st.lists(st.tuples(ATOMS, COUNTS).map("".join), max_size=5).map("".join)
ROWS = st.tuples(st.sampled_from(["", "^"]), ROW, st.sampled_from(["", "$"])).map("".join)
TEXTS = st.text(alphabet="abcA1. \té", max_size=12)


@given(SYMBOLS, st.text(max_size=40))
def test_any_text_is_a_pattern_or_is_refused_by_name(pattern: str, message: str) -> None:
    reason = ""
    try:
        assert parse(pattern).matches(message) in {True, False}
    except ConfigurationError as refused:
        reason = str(refused)
    assert reason == "" or reason.startswith(f"the filter pattern {pattern!r} is wrong at character ")


@given(st.lists(ROWS, min_size=1, max_size=3).map("|".join), TEXTS)
def test_expressions_find_what_those_of_python_find(source: str, text: str) -> None:
    same = re.compile(source.replace(".", "(?s:.)").replace("\\(?s:.)", r"\.").replace("$", r"\Z"), re.ASCII)

    assert parse(f"%{source}%").matches(text) == bool(same.search(text))


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4), st.text(alphabet="abAB01_ ", max_size=30))
def test_terms_are_all_there_and_excluded_ones_are_not(
    wanted: list[str], never: list[str], message: str
) -> None:
    pattern = " ".join([*wanted, *(f"-{word}" for word in never)])
    expected = all(word in message for word in wanted) and not any(word in message for word in never)

    assert parse(pattern).matches(message) == expected
    assert parse(f"{pattern} ?zzz").matches(message) == (expected if wanted or never else "zzz" in message)


@given(st.lists(WORDS, min_size=1, max_size=4), st.text(alphabet="abAB01_ ", max_size=30))
def test_one_optional_term_is_enough(words: list[str], message: str) -> None:
    pattern = " ".join(f"?{word}" for word in words)

    assert parse(pattern).matches(message) == any(word in message for word in words)


@given(
    st.integers(-1000, 1000) | st.floats(-1e6, 1e6, allow_nan=False),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.integers(-1000, 1000),
)
def test_numbers_compare_as_numbers(value: float, sign: str, wanted: int) -> None:
    expected = eval(f"{value!r} {'==' if sign == '=' else sign} {wanted}")  # noqa: S307 - made of numbers

    assert parse(f"{{ $.n {sign} {wanted} }}").matches(json.dumps({"n": value})) == expected
    assert parse(f"[n {sign} {wanted}]").matches(repr(value)) == expected


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["x", "y"])))
def test_a_pattern_that_binds_by_precedence_is_the_same_with_parentheses(fields: dict[str, str]) -> None:
    message = json.dumps(fields)
    plain = parse("{ $.a = x || $.b = x && $.c = x }").matches(message)

    assert plain == parse("{ $.a = x || ($.b = x && $.c = x) }").matches(message)
    assert plain == (fields.get("a") == "x" or (fields.get("b") == "x" and fields.get("c") == "x"))
    for name in "abc":
        absent = parse(f"{{ $.{name} NOT EXISTS }}").matches(message)
        assert absent != parse(f"{{ $.{name} = * }}").matches(message)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_an_ellipsis_stands_for_any_number_of_fields(words: list[str]) -> None:
    message = " ".join(words)

    assert parse(f"[..., last = {words[-1]}]").matches(message)
    assert parse(f"[first = {words[0]}, ...]").matches(message)
    assert parse(f"[first = {words[0]}, ..., last = {words[-1]}]").matches(message) == (len(words) > 1)


@pytest.mark.parametrize(
    "pattern",
    [
        "%a*a*a*a*a*a*a*b%",
        "%a.{500}b%",
        r"%\w+\w+\w+\d$%",
        "%[ab]{0,900}c%",
        "[..., w1 = %a+a+a+$%, w2]",
        "{ $.m = %a*a*a*a*b% }",
        "?a1 ?a2 ?a3",
        "[a, b, c = 1]",
    ],
)
@pytest.mark.parametrize("shape", ["a", "[ ", "ab"])
def test_a_long_message_takes_no_longer_than_its_size(pattern: str, shape: str) -> None:
    parsed = parse(pattern)
    small, large = ("".join([shape] * (size // len(shape))) for size in (25_000, 200_000))
    if "$.m" in pattern:
        small, large = json.dumps({"m": small}), json.dumps({"m": large})

    def seconds(text: str) -> float:
        begun = time.process_time()
        parsed.matches(text)
        return time.process_time() - begun

    assert seconds(large) < max(20 * seconds(small), 0.25)


def test_parts_of_one_error_are_asked_together_or_one_by_one() -> None:
    trace = ["Traceback (most recent call last):", '  File "/a.py", line 1', "KeyError: 'x'"]

    assert parse("Traceback KeyError").matches_any(trace)
    assert not parse("Traceback -KeyError").matches_any(trace)
    assert parse("%^KeyError%").matches_any(trace)
    assert parse("{ $.a = 1 }").matches_any(['{"a": 2}', '{"a": 1}'])
    assert not parse("{ $.a = 1 }").matches_any(['{"a": 2}'])
