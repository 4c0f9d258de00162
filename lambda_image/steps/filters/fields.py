"""Patterns for messages of fields with blanks between them: `[ip, user, ..., status = 4*, bytes > 1000]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lambda_image.steps.filters.comparison import comparison
from lambda_image.steps.filters.conditions import Condition, joined
from lambda_image.steps.filters.scanner import Scanner

ELLIPSIS = "..."
_NAME = re.compile(r"[\w$-]+")
_BLANKS, _RUN = re.compile(r"\s*"), re.compile(r"\S*")
_CLOSING = {"[": "]", '"': '"'}


@dataclass(frozen=True, slots=True)
class FieldsPattern:
    """Conditions by place: `first` from the beginning, `last` from the end where an ellipsis stands between.

    Without an ellipsis the last name takes the rest of the message, as in AWS's own pattern for the logs of
    Lambda, `[timestamp=*Z, request_id="*-*", event]`.
    """

    first: tuple[Condition[str] | None, ...]
    last: tuple[Condition[str] | None, ...] | None

    def matches(self, message: str) -> bool:
        """Whether the message has at least as many fields as are named, and they fit."""
        spans = _spans(message)
        named = len(self.first) + len(self.last or ())
        if len(spans) < named:
            return False
        values = [message[begin:end] for begin, end in spans]
        if self.last is None:
            if len(spans) > named:
                values[named - 1] = message[spans[named - 1][0] :]
            return _hold(self.first, values)
        return _hold(self.first, values) and _hold(self.last, values[len(values) - len(self.last) :])


def fields_pattern(scanner: Scanner) -> FieldsPattern:
    """The whole pattern, which begins with a bracket."""
    scanner.needs("[", "a bracket is missing")
    first: list[Condition[str] | None] = []
    last: list[Condition[str] | None] | None = None
    while True:
        scanner.blanks()
        begin = scanner.at
        if scanner.takes(ELLIPSIS, "…"):
            if last is not None:
                scanner.fail("a second ellipsis; only one can be told from the fields around it", begin)
            last = []
        else:
            (first if last is None else last).append(_field(scanner))
        if not scanner.takes(","):
            break
    scanner.needs("]", "',' or the closing bracket is missing")
    if not scanner.ended():
        scanner.fail("nothing may follow the closing bracket")
    return FieldsPattern(tuple(first), None if last is None else tuple(last))


def _field(scanner: Scanner) -> Condition[str] | None:
    """The condition on one field; a name alone, or none at all, only holds the place."""
    scanner.blanks()
    name = scanner.reads(_NAME)
    if name is None or scanner.ended() or scanner.sees(",") or scanner.sees("]"):
        return None
    waiting: list[str] = [name]

    def one() -> Condition[str]:
        scanner.blanks()
        begin = scanner.at
        found = waiting.pop() if waiting else scanner.reads(_NAME)
        if found != name:
            scanner.fail(f"the condition must be on {name} again", begin)
        return comparison(scanner)

    return joined(scanner, one)


def _hold(conditions: tuple[Condition[str] | None, ...], values: list[str]) -> bool:
    return all(
        condition is None or condition.holds(value)
        for condition, value in zip(conditions, values, strict=False)
    )


def _spans(message: str) -> list[tuple[int, int]]:
    """Where each field stands; brackets and quotation marks make one field, and are no part of it."""
    spans = []
    at, size = _end(_BLANKS, message, 0), len(message)
    unclosed: set[str] = set()
    while at < size:
        closing = _CLOSING.get(message[at])
        if closing and closing not in unclosed:
            end = message.find(closing, at + 1)
            if end >= 0:
                spans.append((at + 1, end))
                at = _end(_BLANKS, message, end + 1)
                continue
            unclosed.add(closing)
        end = _end(_RUN, message, at)
        spans.append((at, end))
        at = _end(_BLANKS, message, end)
    return spans


def _end(piece: re.Pattern[str], message: str, at: int) -> int:
    found = piece.match(message, at)
    return found.end() if found else at
