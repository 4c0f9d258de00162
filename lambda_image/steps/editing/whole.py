"""A whole file in place of another: the lines that are new, if nothing was lost on the way."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit
from lambda_image.steps.editing.diff import opcodes
from lambda_image.steps.editing.matching import Splice

# A repair takes no more lines away in one place without writing others there.
MOST_DROPPED = 10
LEAST_SHARE = 1 / 3


def rewritten(lines: Sequence[str], edit: Edit) -> Splice:
    """The file as the answer has it. Raises PatchRefused for an answer that is only a part of it."""
    put = edit.replace.rstrip("\n").split("\n")
    last = len(lines)
    while last and not lines[last - 1].strip():
        last -= 1
    put += lines[last:]
    if (
        edit.open
        and lines[:last]
        and put[: len(put) - len(lines) + last][-1].strip() != lines[last - 1].strip()
    ):
        raise PatchRefused(f"the answer breaks off before the end of {edit.path}: give the whole file")
    if len("\n".join(put)) < len("\n".join(lines)) * LEAST_SHARE:
        raise PatchRefused(f"the answer is much shorter than {edit.path}: give the whole file")
    new: list[int | str] = []
    for tag, at, to, new_from, new_to in opcodes(lines, put):
        if tag == "delete" and sum(bool(line.strip()) for line in lines[at:to]) >= MOST_DROPPED:
            raise PatchRefused(
                f"lines {at + 1} to {to} of {edit.path} are missing from the answer: give the whole file"
            )
        new += range(at, to) if tag == "equal" else put[new_from:new_to]
    return Splice(0, len(lines), tuple(new))
