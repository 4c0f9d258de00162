"""Lines that stand for others are recognised; comments that only look so are left alone."""

from __future__ import annotations

import pytest

from lambda_image.steps.editing.left_out import left_out


@pytest.mark.parametrize(
    "line",
    [
        "# ... rest of the code unchanged",
        "    // ... existing code ...",
        "/* rest of file unchanged */",
        "<!-- remaining content here -->",
        "    # (rest of the function remains the same)",
        "# Other methods unchanged...",
        "    ...",
        "\u2026",
        "[rest of the code]",
        "... (unchanged)",
        "-- rest of the statements",
        "# same as before",
        "# omitted for brevity",
        "# Your code here",
        "// TODO: your implementation goes here",
        "    # add the logic here",
        "# no changes needed",
        "# keep existing imports",
    ],
)
def test_stand_ins(line: str) -> None:
    assert left_out([line], []) == line


@pytest.mark.parametrize(
    "line",
    [
        "# existing sessions are kept",
        "# This code is the same as Python3's parse_qsl()",
        '    """Split standalone comments from the rest of the line."""',
        "x = [...]",
        "def f(self) -> int: ...",
        "# wait for it...",
        "    rest = rest_of(line)",
        "# The previous test failed because of a race",
        "return other",
        "# remaining seconds until the lease ends",
        "# cut the rest off",
        "",
    ],
)
def test_ordinary_lines(line: str) -> None:
    assert left_out([line], []) is None


def test_a_line_that_stood_there_may_stay_but_not_become_more() -> None:
    assert left_out(["    ..."], ["..."]) is None
    assert left_out(["    ...", "    ..."], ["..."]) == "    ..."
