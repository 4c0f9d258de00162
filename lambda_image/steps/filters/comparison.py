"""One condition on one value, as JSON and space-delimited patterns share it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambda_image.steps.filters.expression import Expression
from lambda_image.steps.filters.scanner import Scanner

# The longer ones first.
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
# Python refuses to read longer integers; those are compared as floating point numbers.
_DIGITS = 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """An operator and what stands on its right: a text with wildcards, a number, or an expression."""

    operator: str
    text: str
    number: float | None = None
    expression: Expression | None = None

    def holds(self, value: str, *, numeric: bool = True) -> bool:
        """Whether it is true of this value; a number is given as it was written, if it is `numeric`."""
        known = number(value) if numeric and self.number is not None else None
        if self.operator in _ORDERS:
            return known is not None and _ORDERS[self.operator](known, self.number)
        return self._equal(value, known) == (self.operator == "=")

    def _equal(self, value: str, known: float | None) -> bool:
        if self.expression is not None:
            return self.expression.found_in(value)
        return known == self.number if known is not None else _fits(self.text, value)


def comparison(scanner: Scanner) -> Comparison:
    """The operator and the value that come next; fails where they are none."""
    sign = scanner.takes(*OPERATORS)
    if sign is None:
        scanner.fail(f"one of {' '.join(OPERATORS)} is missing")
    scanner.blanks()
    begin = scanner.at
    if sign not in _ORDERS:
        if (source := scanner.regex()) is not None:
            return Comparison(sign, "", expression=Expression(scanner, begin + 1, source))
        if (text := scanner.quoted()) is not None:
            return Comparison(sign, text)
    word = scanner.word()
    if word is None:
        scanner.fail("a number is missing" if sign in _ORDERS else "a value is missing", begin)
    value = number(word)
    if sign in _ORDERS and value is None:
        scanner.fail(f"{sign} compares with a number, and {word!r} is none", begin)
    return Comparison(sign, word, value)


def number(text: str) -> float | None:
    """The number that a text is as a whole; None where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    digits = text.lstrip("+-")
    return int(text) if digits.isdigit() and len(digits) <= _DIGITS else float(text)


def _fits(wanted: str, value: str) -> bool:
    """Equal; an asterisk at the beginning or at the end stands for anything, elsewhere for itself."""
    before, after = wanted.startswith("*"), wanted.endswith("*")
    core = wanted[before : len(wanted) - after] if len(wanted) > 1 else wanted.strip("*")
    if before and after:
        return core in value
    if before:
        return value.endswith(core)
    return value.startswith(core) if after else value == core
