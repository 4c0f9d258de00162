"""Stack traces by language: one file each, tried in order by `read_trace`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambda_image.domain.events import Frame


@dataclass(frozen=True, slots=True)
class Trace:
    """A stack trace, of all chained exceptions.

    `exception_type` and `message` are those of the exception that left the program. Frames run from
    the outermost call to the one that raised; files and functions stand as they were printed, and a
    frame without a known place has an empty file.
    """

    language: str
    exception_type: str | None
    message: str
    frames: tuple[Frame, ...]


Reader = Callable[[Sequence[str]], Trace | None]
# So many lines above the first frame may belong to an exception's message.
HEAD_REACH = 30


def split_place(text: str) -> tuple[str, int] | None:
    """`file:line` or `file:line:column` as file and line; None for anything else."""
    parts = text.rsplit(":", 2)
    if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():
        return parts[0], number(parts[1])
    file, _, line = text.rpartition(":")
    return (file, number(line)) if file and line.isdecimal() else None


def number(digits: str) -> int:
    """A line number; one of more than nine digits is none, and counts as 0."""
    return int(digits) if digits.isascii() and len(digits) < 10 else 0
