"""A whole file in place of another: the lines that are new, if nothing was lost on the way."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.editing.answer import Edit
from lambda_image.steps.editing.diff import opcodes
from lambda_image.steps.editing.matching import Splice

# A repair takes no more lines of code away in one place than it writes there, and fewer at the end.
MOST_DROPPED, MOST_DROPPED_AT_END = 9, 1
LEAST_SHARE = 1 / 3
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*|--|;|%|<!--)")


def rewritten(lines: Sequence[str], edit: Edit) -> Splice:
    """The file as the answer has it. Raises PatchRefused for an answer that is only a part of it."""
    last = _end(lines)
    put = edit.replace.rstrip("\n").split("\n")
    code, written = _code(lines), _code(put)
    if edit.open and last and put[-1].strip() != lines[last - 1].strip():
        raise PatchRefused(f"the answer breaks off before the end of {edit.path}: give the whole file")
    if len("\n".join(put)) < sum(len(lines[at]) + 1 for at in code) * LEAST_SHARE:
        raise PatchRefused(f"the answer is much shorter than {edit.path}: give the whole file")
    if edit.path.endswith(".py") and _parsed(lines) and not _parsed(put):
        raise PatchRefused(f"the answer for {edit.path} is no whole Python file: give all of it")
    put += lines[last:]
    new: list[int | str] = []
    for tag, at, to, new_from, new_to in opcodes(lines, put):
        lost = sum(line in code for line in range(at, to)) - sum(
            line in written for line in range(new_from, new_to)
        )
        if tag != "equal" and lost > (
            MOST_DROPPED_AT_END if to >= max(code, default=0) + 1 else MOST_DROPPED
        ):
            raise PatchRefused(
                f"lines {at + 1} to {to} of {edit.path} are missing from the answer: give the whole file"
            )
        new += range(at, to) if tag == "equal" else put[new_from:new_to]
    return Splice(0, len(lines), tuple(new))


def _end(lines: Sequence[str]) -> int:
    """How many lines there are before the blank ones at the end."""
    return next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip()), 0)


def _code(lines: Sequence[str]) -> Collection[int]:
    """The lines that are neither blank nor a comment, nor, in Python, a string that nothing is done with."""
    prose: set[int] = set()
    for node in ast.walk(_parsed(lines) or ast.Module([], [])):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            prose.update(range(node.lineno - 1, node.end_lineno or node.lineno))
    return {
        at for at, line in enumerate(lines) if at not in prose and line.strip() and not _COMMENT.match(line)
    }


def _parsed(lines: Sequence[str]) -> ast.Module | None:
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return None
