"""Why two lines are one group, or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import tee
from typing import Any

from lambda_image.domain.errors import InputRefused
from lambda_image.steps.reading.group import LIMIT, row, template_of, told
from lambda_image.steps.reading.header import without_header, without_seconds
from lambda_image.steps.reading.masks import collapse, masks_in
from lambda_image.steps.reading.recognise import distance
from lambda_image.steps.reading.templates import Template, Told

WHY = {
    "new": "no earlier line says the same",
    "masks": "the same words as an earlier line when values are masked",
    "names": "differs from an earlier line in names only",
    "words": "differs from an earlier line only in a place where values stand",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is compared; `number` counts from 1."""

    number: int
    masks: tuple[str, ...]
    template: Template
    told: Told[int]

    def row(self) -> dict[str, Any]:
        """What is printed of it."""
        return row(self.number, self.told) | {
            "masks": list(self.masks),
            "words": " ".join(self.template),
            "why": WHY[self.told.rule],
        }


def explained(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of `group`, each with what was masked, the rule, and the line that it was held against.

    That is the first line of its group; for the first line of a group the nearest of another one.
    """
    firsts: dict[int, Line] = {}
    for line in _lines(lines):
        other = firsts.get(line.told.group) or _nearest(line, firsts.values())
        yield line.row() | {"beside": _difference(line, other) if other else None}
        if line.told.rule == "new":
            firsts[line.told.group] = line
            if len(firsts) > LIMIT:
                del firsts[next(iter(firsts))]


def compared(lines: Iterable[str], pair: str) -> dict[str, Any]:
    """Two lines, named by their numbers as in `3,17`: together or apart, and why. Raises InputRefused."""
    wanted = [part.strip() for part in pair.split(",")]
    if len(set(wanted)) != len(wanted) or [each.isdecimal() for each in wanted] != [True, True]:
        raise InputRefused(f"{pair!r} names no two lines. Give their numbers, as in 3,17")
    found = {str(line.number): line for line in _lines(lines) if str(line.number) in wanted}
    if missing := [each for each in wanted if each not in found]:
        raise InputRefused(f"there is no line {' and '.join(missing)}. Lines count from 1")
    one, other = (found[each] for each in wanted)
    together = one.told.group == other.told.group
    difference = _difference(other, one)
    return {
        "lines": [one.number, other.number],
        "together": together,
        "why": _reason(one, other),
        "distance": difference["distance"],
        "only_first": difference["only_there"],
        "only_second": difference["only_here"],
        "first": one.row(),
        "second": other.row(),
    }


def _reason(one: Line, other: Line) -> str:
    if one.template == other.template:
        return "have the same words when values are masked"
    rules = {line.told.rule for line in (one, other)} - {"new", "masks"}
    if one.told.group == other.told.group:
        return f"differ only where values stand, by the rule {' and '.join(sorted(rules))}"
    if not set(one.template) & set(other.template):
        return "have no word in common"
    return "differ in words that were not seen to be values when they were read"


def _difference(line: Line, other: Line) -> dict[str, Any]:
    mine, theirs = Counter(line.template), Counter(other.template)
    return {
        "line": other.number,
        "group": other.told.group,
        "template": " ".join(other.template),
        "distance": distance(line.template, other.template),
        "only_here": list((mine - theirs).elements()),
        "only_there": list((theirs - mine).elements()),
    }


def _nearest(line: Line, others: Iterable[Line]) -> Line | None:
    mine = Counter(line.template)
    near: Sequence[Line] = [each for each in others if not mine.keys().isdisjoint(each.template)]
    return max(near, key=lambda each: _overlap(mine, each.template), default=None)


def _overlap(mine: Counter[str], template: Template) -> float:
    common = (mine & Counter(template)).total()
    return 2 * common / (mine.total() + len(template))


def _lines(lines: Iterable[str]) -> Iterator[Line]:
    read, grouped = tee(lines)
    for number, (line, found) in enumerate(zip(read, told(grouped), strict=True), start=1):
        collapsed = collapse(without_seconds(line))
        masks = masks_in(without_header(collapsed))
        yield Line(number, tuple(masks), template_of(collapsed), found)
