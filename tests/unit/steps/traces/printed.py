"""Traces as each runtime prints them, with what is in them: for the formats in which logs carry them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Printed(NamedTuple):
    """A trace, and what a reader has to find: frames as (file, line, function), outermost call first."""

    language: str
    exception_type: str
    message: str
    frames: tuple[tuple[str, int, str | None], ...]
    text: str


# Written for these tests; `text` is a list of lines there.
_ROWS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
TRACES: dict[str, Printed] = {
    name: Printed(
        row["language"],
        row["exception_type"],
        row["message"],
        tuple((file, line, function) for file, line, function in row["frames"]),
        "\n".join(row["text"]),
    )
    for name, row in _ROWS.items()
}
