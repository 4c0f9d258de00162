"""One answer to one file, what it should come to, and what became of it."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.errors import PatchRefused
from lambda_image.steps.repairing.apply import make_patch
from tests.fakes.files import HERE, Files

Applier = Callable[["Case"], bytes | None]


@dataclass(frozen=True)
class Case:
    """An answer and what is meant by it.

    `expected` is the file afterwards, None where it has to be refused. `place` are the lines that may change
    where what is meant is known no better; `form` says how the answer is written.
    """

    kind: str
    path: str
    before: bytes
    answer: str
    expected: bytes | None
    place: tuple[int, int] | None = None
    form: str = "block"
    loose: bool = False


def ours(case: Case) -> bytes | None:
    """What Tracemend makes of it."""
    try:
        patch = make_patch(case.answer, HERE, Files({case.path: case.before}), (case.path,))
    except PatchRefused:
        return None
    return patch.files[0].content


def verdict(case: Case, after: bytes | None) -> str:
    """Applied as meant, refused, or wrong, which is the dangerous one."""
    if after is None or after == case.before:
        return "refused"
    if case.place is not None:
        return "applied" if _within(case.before, after, case.place) else "wrong"
    if case.expected is None:
        return "wrong"
    same = after == case.expected or (case.loose and _alike(after, case.expected))
    return "applied" if same else "wrong"


def _within(before: bytes, after: bytes, place: tuple[int, int]) -> bool:
    codes = difflib.SequenceMatcher(
        None, before.split(b"\n"), after.split(b"\n"), autojunk=False
    ).get_opcodes()
    return all(place[0] <= at and to <= place[1] for tag, at, to, _, _ in codes if tag != "equal")


def _alike(one: bytes, two: bytes) -> bool:
    """Whether they mean the same, or differ in blank lines and in the ends of lines alone."""
    return _tree(one) == _tree(two) or one.split() == two.split()


def _tree(content: bytes) -> str:
    """What the program means, whatever its quotes and white space."""
    try:
        return ast.dump(ast.parse(b"\n".join(line.rstrip() for line in content.split(b"\n"))))
    except (SyntaxError, ValueError):
        lines = content.decode("utf-8", "replace").replace('"', "'").splitlines()
        return "\n".join(line.rstrip() for line in lines if line.strip())
