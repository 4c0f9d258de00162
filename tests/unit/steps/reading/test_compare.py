"""Why two lines are together or apart."""

from __future__ import annotations

import pytest

from lambda_image.domain.errors import InputRefused
from lambda_image.steps.reading.compare import compared, explained

LINES = (
    "Nov 25 10:00:00 h sshd[1]: session closed for user ann",
    "session closed for user bob",
    "session closed for user eve",
    "disk 7 is full",
    "disk 8 is full",
    "session opened for user eve",
)


def test_each_line_tells_masks_rule_distance_and_the_words_that_differ() -> None:
    rows = list(explained(LINES))

    assert [row["rule"] for row in rows] == ["new", "words", "words", "new", "masks", "new"]
    assert [row["group"] for row in rows] == [1, 1, 1, 2, 2, 3]
    assert rows[0]["beside"] is None
    assert rows[2]["beside"] == {
        "line": 1,
        "group": 1,
        "template": "session closed for user ann",
        "distance": 0.2,
        "only_here": ["eve"],
        "only_there": ["ann"],
    }
    assert rows[3]["masks"] == ["digits", "n"]
    assert (rows[5]["beside"]["line"], rows[5]["beside"]["distance"]) == (1, 0.4)


@pytest.mark.parametrize(
    ("pair", "together", "distance", "why"),
    [
        ("1,3", True, 0.2, "differ only where values stand, by the rule words"),
        ("4, 5", True, 0.0, "have the same words when values are masked"),
        ("3,6", False, 0.2, "differ in words that were not seen to be values when they were read"),
        ("1,4", False, 1.0, "have no word in common"),
    ],
)
def test_two_lines_are_compared(pair: str, *, together: bool, distance: float, why: str) -> None:
    row = compared(LINES, pair)

    assert (row["together"], row["distance"], row["why"]) == (together, distance, why)


def test_the_words_of_each_line_are_told_in_the_order_that_was_asked() -> None:
    row = compared(LINES, "6,3")

    assert row["lines"] == [6, 3]
    assert (row["only_first"], row["only_second"]) == (["opened"], ["closed"])


@pytest.mark.parametrize(
    ("pair", "said"),
    [("3", "names no two lines"), ("3,3", "names no two lines"), ("a,b", "names no"), ("1,99", "no line 99")],
)
def test_what_names_no_two_lines_is_refused(pair: str, said: str) -> None:
    with pytest.raises(InputRefused, match=said):
        compared(LINES, pair)
