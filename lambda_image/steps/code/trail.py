"""The parts of the repository that a trace passes through, and what of it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lambda_image.domain.code import Part
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.steps.code.outline import PYTHON, ending
from lambda_image.steps.code.places import bare, file_of, is_test, mentions
from lambda_image.steps.code.tree import Tree

# What is shown is worth 1 where it raised the error, and less with each step away from there.
ON_THE_WAY = 0.95
NAMED_IN_TEXT = 0.8
NO_LINE = 0.6


@dataclass(frozen=True, slots=True)
class Shown:
    """A part, what it is worth, why it is shown, and the lines that it is shown for."""

    part: Part
    worth: float
    reason: str
    focus: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Trail:
    """What the trace passes through, the raising part first; `lost` frames have no place at this commit."""

    shown: tuple[Shown, ...]
    lost: tuple[Frame, ...]


def trail(event: RedactedEvent, tree: Tree) -> Trail:
    """Where the frames stand, and what the text names besides.

    Raises EvidenceUnavailable when there are own frames and this commit has the line of none; a test that is
    not there, as people report it with a bug, is no reason.
    """
    shown: list[Shown] = []
    lost: list[Frame] = []
    gap: EvidenceUnavailable | None = None
    tests: set[str] = set()
    worth = 1.0
    for frame in dict.fromkeys(reversed(event.frames)):
        file = file_of(frame, tree.files)
        part = _part(file, frame.line, bare(frame.function or ""), tree) if file else None
        if part is None:
            lost += [frame] if frame.in_app else []
            if file and is_test(file):
                tests.add(file)
            elif file:
                gap = gap or _gap(frame, file, tree)
            continue
        what = "is on the way to the error" if shown or lost else "raised the error"
        reason = f"line {frame.line} {what}" + (f"; {gap.reason}" if gap and not shown else "")
        shown.append(Shown(part, worth, reason, frozenset({frame.line} if frame.line else ())))
        worth *= ON_THE_WAY
    if gap and not shown:
        raise gap
    named = _named(event, tree, {(each.part.file, line) for each in shown for line in each.focus})
    newer = (
        Shown(parts[0], NO_LINE, "the trace passes through another version of this test")
        for file in sorted(tests)
        if (parts := tree.parts(file))
    )
    return Trail((*shown, *named, *newer), tuple(lost))


def _named(event: RedactedEvent, tree: Tree, known: set[tuple[str, int]]) -> Iterator[Shown]:
    for each in mentions(event, tree.files):
        if each.line and (each.file, each.line) in known:
            continue
        part = _part(each.file, each.line, each.function, tree)
        if part and (each.line or each.function):
            what = f"line {each.line}" if each.line else each.function
            focus = frozenset({each.line} if each.line else ())
            yield Shown(part, NAMED_IN_TEXT, f"the log names {what}", focus)
        elif parts := tree.parts(each.file):
            yield Shown(parts[0], NO_LINE, "the log names this file")


def _part(file: str, line: int | None, function: str, tree: Tree) -> Part | None:
    """The part with this line; where that is in another function than the trace says, the one so named."""
    at = tree.around(file, line) if line else None
    if not function or (at and at.name == function):
        return at
    if found := tree.function(file, function):
        return found
    known = any(each.name == function for each in tree.outline(file).definitions)
    return at if known or ending(file) not in PYTHON else None


def _gap(frame: Frame, file: str, tree: Tree) -> EvidenceUnavailable:
    text = tree.text(file)
    if text is None:
        return EvidenceUnavailable("source code", f"{file} is larger than 2 MB", "Split the file")
    there = len(text.split("\n"))
    named = f"line {frame.line}" if (frame.line or 0) > there else f"{frame.function} in line {frame.line}"
    return EvidenceUnavailable(
        "source code",
        f"{file} has {there} lines at this commit and the trace names {named}",
        "Map the log group to the commit that is deployed",
    )
