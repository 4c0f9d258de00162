"""A pattern that AWS would refuse is refused when it is read, and the error names pattern and position."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import ConfigurationError
from lambda_image.steps.filters import parse

REFUSED = [
    ("ERROR:", 6, "quotation marks"),
    ("a/b", 2, "quotation marks"),
    ('say "it', 5, "not closed"),
    ("ERROR -", 7, "term is missing"),
    ("- ERROR", 1, "must follow"),
    ("--ERROR", 2, "quotation marks"),
    ("ERROR %x%", 7, "stands alone"),
    ("%x% ERROR", 5, "stands alone"),
    ("%x", 1, "not closed"),
    ("%something!%", 11, "not supported"),
    ("%(ab)+%", 2, "parentheses"),
    ("%é%", 2, "not supported"),
    ("%*a%", 2, "nothing before"),
    ("%a**%", 4, "nothing before"),
    ("%[ab%", 2, "not closed"),
    ("%[]%", 2, "empty"),
    ("%[z-a]%", 2, "the class"),
    ("%a]%", 3, "not open"),
    ("%a{%", 3, "count"),
    ("%a{5,3}%", 3, "smaller"),
    ("%a{99999}%", 3, "smaller"),
    ("%" + "a{900}" * 3 + "%", 14, "add up"),
    ("%a^%", 3, "beginning"),
    ("%a$b%", 3, "end"),
    (r"%\q%", 2, "not supported"),
    (r"%\x9%", 2, "hexadecimal"),
    ("{ }", 3, "property selector"),
    ("{ $.a }", 7, "is missing"),
    ("{ $.a = }", 9, "value is missing"),
    ("{ $.a == 1 }", 8, "value is missing"),
    ("{ $.a = 1", 10, "closing brace"),
    ("{ $.a = 1 } x", 13, "nothing may follow"),
    ("{ ($.a = 1 }", 12, "parenthesis"),
    ("{ $.a > x }", 9, "number"),
    ('{ $.a > "1" }', 9, "number is missing"),
    ("{ $.a > %1% }", 9, "number is missing"),
    ("{ $.a IS NOT NULL }", 10, "IS NOT"),
    ("{ $.a EXISTS }", 7, "EXISTS"),
    ("{ $.a NOT NULL }", 11, "EXISTS is missing"),
    ("{ a = 1 }", 3, "property selector"),
    ("{ $.@m = 1 }", 5, "name is missing"),
    ("{ $.a[x] = 1 }", 6, "brackets hold"),
    ("{ $.*.b.* = 1 }", 3, "more than one wildcard"),
    ("{ $.*=1 || $.*=1 || $.*=1 || $.*=1 }", 30, "wildcard selectors"),
    ("{ $.a=%a% || $.a=%b% || $.a=%c% }", 34, "regular expressions"),
    ("{ " + "(" * 200 + "$.a = 1", 104, "nested"),
    ("[a, b", 6, "closing bracket"),
    ("[a, ..., b, ...]", 13, "second ellipsis"),
    ("[a = 1 && b = 2]", 11, "must be on a"),
    ("[a ! 1]", 4, "is missing"),
    ("[a] b", 5, "nothing may follow"),
    ("x" * 1_025, 1_025, "1024"),
]


@pytest.mark.parametrize(("pattern", "place", "reason"), REFUSED, ids=lambda each: str(each)[:40])
def test_a_wrong_pattern_is_named_with_its_position(pattern: str, place: int, reason: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse(pattern)

    assert f"{pattern!r} is wrong at character {place}:" in str(refused.value)
    assert reason in str(refused.value)
