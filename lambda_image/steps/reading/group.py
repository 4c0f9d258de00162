"""Lines that say the same."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from lambda_image.steps.reading.header import without_header, without_seconds
from lambda_image.steps.reading.masks import REMEMBERED, collapse, template
from lambda_image.steps.reading.templates import Miner, Template, Told

# Templates that are remembered; each takes about 5 KB.
LIMIT = 5_000


def group(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """One row for each line as soon as it is read: its group, numbered in order, its template, and the rule.

    A line is grouped by what came before it, as `intake` has to; a group that was told is never changed.
    """
    for number, found in enumerate(told(lines), start=1):
        yield row(number, found)


def grouped_at_the_end(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The same when all lines are read, with the groups as one that later lines showed to be one."""
    all_told: list[Told[int]] = []
    numbers: dict[int, int] = {}
    places = array("L")
    became: dict[int, int] = {}
    for found in told(lines):
        if id(found) not in numbers:
            numbers[id(found)] = len(all_told)
            all_told.append(found)
            for each in found.same:
                first, second = sorted((_root(became, each), _root(became, found.group)))
                became[second] = first
        places.append(numbers[id(found)])
    last = {_root(became, each.group): each for each in all_told}
    groups: dict[int, int] = {}
    for number, place in enumerate(places, start=1):
        root = _root(became, all_told[place].group)
        yield row(number, last[root]) | {"group": groups.setdefault(root, len(groups) + 1)}


def row(number: int, found: Told[int]) -> dict[str, Any]:
    """What is printed of a line."""
    return {"line": number, "group": found.group, "template": " ".join(found.template), "rule": found.rule}


@lru_cache(REMEMBERED)
def template_of(collapsed: str) -> Template:
    """The template of a collapsed line without its header."""
    return template(without_header(collapsed))


def told(lines: Iterable[str]) -> Iterator[Told[int]]:
    """What is told of each line as soon as it is read."""
    miner: Miner[int] = Miner(LIMIT)
    groups = 0
    for line in lines:
        found = miner.tell(template_of(collapse(without_seconds(line))), groups + 1)
        groups += found.rule == "new"
        yield found


def _root(became: dict[int, int], group: int) -> int:
    while became.get(group, group) != group:
        group = became[group]
    return group
