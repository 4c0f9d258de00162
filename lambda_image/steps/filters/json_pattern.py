"""Patterns for JSON messages: `{ $.level = "ERROR" && ($.latency > 500 || $.user IS NULL) }`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lambda_image.steps.filters.comparison import Comparison, comparison
from lambda_image.steps.filters.conditions import Condition, joined
from lambda_image.steps.filters.scanner import Scanner

# "You can only use up to one wildcard selector in a property selector, and up to three wildcard selectors
# in a filter pattern with compound expressions."
WILDCARDS_IN_SELECTOR, WILDCARDS_IN_PATTERN = 1, 3
# Parentheses that AWS's 1,024 characters could hold, and Python's stack could not.
NESTED = 100
_NAME = re.compile(r"[\w-]+")
_KEY = re.compile(r"\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")
_INDEX = re.compile(r"\[\s*(\d{1,9}|\*)\s*\]")
_BARE = {"NULL": None, "TRUE": True, "FALSE": False}


class _Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Every:
    """The wildcard of a selector: any element, or any field."""

    fields: bool


Step = str | int | _Every


@dataclass(frozen=True, slots=True)
class _Test:
    """One condition on what a selector points to."""

    selector: tuple[Step, ...]
    wanted: Comparison | bool | None
    absent: bool = False

    def holds(self, value: object) -> bool:
        """Whether some value that the selector points to fits; for `NOT EXISTS`, whether there is none."""
        found = list(_selected(value, self.selector))
        if self.absent:
            return not found
        if isinstance(self.wanted, Comparison):
            # "If a property selector points to an array or object, the filter pattern won't match."
            return any(
                isinstance(each, str) and self.wanted.holds(each, numeric=isinstance(each, _Number))
                for each in found
            )
        return any(each is self.wanted for each in found)


@dataclass(frozen=True, slots=True)
class JsonPattern:
    """Conditions on the fields of a message that is one JSON object."""

    condition: Condition[object]

    def matches(self, message: str) -> bool:
        """Whether the message is a JSON object that fits."""
        if not message.lstrip().startswith("{"):
            return False
        try:
            value: Any = json.loads(message, parse_int=_Number, parse_float=_Number, strict=False)
        except (ValueError, RecursionError):
            return False
        return self.condition.holds(value)


def json_pattern(scanner: Scanner) -> JsonPattern:
    """The whole pattern, which begins with a brace."""
    scanner.needs("{", "a brace is missing")
    wildcards = 0
    depth = 0

    def one() -> Condition[object]:
        nonlocal depth, wildcards
        if scanner.takes("("):
            depth += 1
            if depth > NESTED:
                scanner.fail(f"parentheses are nested more than {NESTED} deep")
            inner = joined(scanner, one)
            scanner.needs(")", "the parenthesis is not closed here; && or || or ')' is missing")
            depth -= 1
            return inner
        scanner.blanks()
        begin = scanner.at
        selector = _selector(scanner)
        wildcards += sum(isinstance(step, _Every) for step in selector)
        if wildcards > WILDCARDS_IN_PATTERN:
            scanner.fail(f"more than {WILDCARDS_IN_PATTERN} wildcard selectors", begin)
        return _test(scanner, selector)

    condition = joined(scanner, one)
    scanner.needs("}", "&& or || or the closing brace is missing")
    if not scanner.ended():
        scanner.fail("nothing may follow the closing brace")
    return JsonPattern(condition)


def _test(scanner: Scanner, selector: tuple[Step, ...]) -> _Test:
    if scanner.takes("NOT"):
        scanner.needs("EXISTS", "EXISTS is missing after NOT")
        return _Test(selector, None, absent=True)
    if scanner.takes("IS"):
        value = scanner.takes(*_BARE)
        if value is None:
            scanner.fail("NULL, TRUE or FALSE is missing after IS; IS NOT is not supported")
        return _Test(selector, _BARE[value])
    if scanner.sees("EXISTS"):
        scanner.fail("EXISTS is not supported; = * is true of every text and number")
    return _Test(selector, comparison(scanner))


def _selector(scanner: Scanner) -> tuple[Step, ...]:
    scanner.blanks()
    begin = scanner.at
    if not scanner.pattern.startswith("$.", begin):
        scanner.fail("a property selector is missing, which begins with '$.'")
    scanner.at += 2
    steps = [_property(scanner)]
    while (step := _following(scanner)) is not None:
        steps.append(step)
    if sum(isinstance(step, _Every) for step in steps) > WILDCARDS_IN_SELECTOR:
        scanner.fail("more than one wildcard in a property selector", begin)
    return tuple(steps)


def _property(scanner: Scanner) -> Step:
    if (name := scanner.reads(_NAME)) is not None:
        return name
    if (key := _key(scanner)) is not None:
        return key
    if not scanner.pattern.startswith("*", scanner.at):
        scanner.fail("a property's name is missing; one with other characters is written ['like this']")
    scanner.at += 1
    return _Every(fields=True)


def _following(scanner: Scanner) -> Step | None:
    if scanner.pattern.startswith(".", scanner.at):
        scanner.at += 1
        return _property(scanner)
    if not scanner.pattern.startswith("[", scanner.at):
        return None
    if (key := _key(scanner)) is not None:
        return key
    begin = scanner.at
    index = scanner.reads(_INDEX)
    if index is None:
        scanner.fail("brackets hold the number of an element, *, or a name in quotation marks", begin)
    inside = index[1:-1].strip()
    return _Every(fields=False) if inside == "*" else int(inside)


def _key(scanner: Scanner) -> str | None:
    written = scanner.reads(_KEY)
    return None if written is None else written[1:-1].strip()[1:-1]


def _selected(value: object, selector: tuple[Step, ...]) -> Iterator[object]:
    """Everything that the selector points to in this value."""
    if not selector:
        yield value
        return
    step, rest = selector[0], selector[1:]
    if isinstance(step, _Every):
        for each in _inside(value, fields=step.fields):
            yield from _selected(each, rest)
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield from _selected(value[step], rest)
    elif isinstance(value, dict) and step in value:
        yield from _selected(value[step], rest)


def _inside(value: object, *, fields: bool) -> Iterable[object]:
    """The elements of an array, or the values of an object where its `fields` are asked for."""
    if isinstance(value, dict):
        return value.values() if fields else ()
    return value if isinstance(value, list) else ()
