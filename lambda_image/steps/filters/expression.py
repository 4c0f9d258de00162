r"""Regular expressions as filter patterns have them, searched for in time linear in the text.

Source: CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax": letters, digits, the space
(as in its examples) and `: _ # = @ / ; , -`; the operators `^ $ ? [ ] { } | \ * + .`; `\d \s \w`, their
inverses, and `\xhh`. There are no groups, so an alternative is a row of steps, each one set of characters
with a count. The row is a machine whose states are bits of a number; the states that a text leads to are kept
so that a character costs one look into a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lambda_image.steps.filters.scanner import Scanner

_PLAIN = re.compile(r"[A-Za-z0-9:_#=@/;, -]")
_OPERATORS = frozenset("^$?[]{}|\\*+.")
_ESCAPES = frozenset("dDsSwWtn")
_ASCII = re.compile(r"[0-7][0-9A-Fa-f]")
_COUNT = re.compile(r"\{\s*(\d{0,9})\s*(,?)\s*(\d{0,9})\s*\}")
_ANY = r"[\s\S]"
# `a{1,1000}` takes a thousand steps; a pattern of 1,024 characters has no honest use for more.
STEPS = 2_000
# States that are remembered at once; a text that needs more begins with an empty table again.
STATES = 2_000
# What lies beyond ASCII is the same to every expression: only `.` and inverse sets know it.
_BEYOND = re.compile(r"[^\x00-\x7f]")
_OTHER = "\x80"


@dataclass(slots=True)
class _Row:
    """One alternative: `sets` are the characters of each step; bits say which may be left out or repeated."""

    sets: list[str] = field(default_factory=list)
    optional: int = 0
    repeated: int = 0
    begins: bool = False
    ends: bool = False

    def add(self, characters: str, least: int, most: int | None) -> None:
        """A set that stands at least and at most so often; no `most` is without end."""
        for number in range(max(least, most or 0, 1 if most is None else 0)):
            bit = 1 << len(self.sets)
            self.optional |= bit if number >= least else 0
            self.sets.append(characters)
        if most is None:
            self.repeated |= 1 << (len(self.sets) - 1)


class Expression:
    """One compiled expression. Not for several threads at once."""

    def __init__(self, scanner: Scanner, begin: int, source: str) -> None:
        self._sets: list[re.Pattern[str] | None] = []
        self._optional = self._repeated = self._begin = self._again = self._found = self._found_at_end = 0
        for row in _rows(scanner, begin, source):
            self._place(row)
        self._masks: dict[str, int] = {}
        self._table: dict[int, dict[str, int]] = {}

    def found_in(self, text: str) -> bool:
        """Whether any part of the text fits."""
        state = self._closed(self._begin)
        for character in text if text.isascii() else _BEYOND.sub(_OTHER, text):
            if state & self._found:
                return True
            row = self._table.get(state)
            if row is None:
                row = self._row(state)
            after = row.get(character)
            if after is None:
                after = row[character] = self._after(state, character)
            state = after
        return bool(state & (self._found | self._found_at_end))

    def _place(self, row: _Row) -> None:
        """Give a row its bits: one for each step, and one for the end behind them."""
        at = len(self._sets)
        self._sets += [*(re.compile(each, re.ASCII) for each in row.sets), None]
        self._optional |= row.optional << at
        self._repeated |= row.repeated << at
        self._begin |= 1 << at
        self._again |= 0 if row.begins else 1 << at
        end = 1 << (at + len(row.sets))
        if row.ends:
            self._found_at_end |= end
        else:
            self._found |= end

    def _row(self, state: int) -> dict[str, int]:
        if len(self._table) >= STATES:
            self._table.clear()
        return self._table.setdefault(state, {})

    def _after(self, state: int, character: str) -> int:
        """Where this character leads from these steps, and the places where a match may begin anew."""
        if character not in self._masks:
            fitting = (bit for bit, each in enumerate(self._sets) if each and each.fullmatch(character))
            self._masks[character] = sum(1 << bit for bit in fitting)
        taken = state & self._masks[character]
        return self._closed(taken << 1 | taken & self._repeated | self._again)

    def _closed(self, state: int) -> int:
        """With every step behind one that may be left out.

        Adding carries a bit to the end of its run of optional steps, whatever the run's length.
        """
        return state | ((state & self._optional) + self._optional) ^ self._optional


def _rows(scanner: Scanner, begin: int, source: str) -> Iterator[_Row]:
    """The alternatives of an expression that begins at this index of the pattern."""
    row, at, steps = _Row(), 0, 0
    while at < len(source):
        character = source[at]
        if character == "|":
            yield row
            row, at = _Row(), at + 1
        elif character == "^":
            if row.sets:
                scanner.fail("'^' stands only at the beginning of an alternative", begin + at)
            row.begins, at = True, at + 1
        elif character == "$":
            if at + 1 < len(source) and source[at + 1] != "|":
                scanner.fail("'$' stands only at the end of an alternative", begin + at)
            row.ends, at = True, at + 1
        else:
            characters, after = _set(scanner, begin, source, at)
            least, most, after = _times(scanner, begin, source, after)
            steps += max(least, most or 1)
            if steps > STEPS:
                scanner.fail(f"the counts add up to more than {STEPS} steps", begin + at)
            row.add(characters, least, most)
            at = after
    yield row


def _set(scanner: Scanner, begin: int, source: str, at: int) -> tuple[str, int]:
    """The characters of the step at this index as a class of `re`, and the index after it."""
    character = source[at]
    if character == "\\":
        return _escaped(scanner, begin, source, at)
    if character == "[":
        return _class(scanner, begin, source, at)
    if character == ".":
        return _ANY, at + 1
    if character in "?*+{":
        scanner.fail(f"{character!r} has nothing before it to repeat", begin + at)
    if character in "]}":
        scanner.fail(f"{character!r} is not open; for the character itself write '\\{character}'", begin + at)
    return _literal(scanner, begin, source, at), at + 1


def _literal(scanner: Scanner, begin: int, source: str, at: int) -> str:
    character = source[at]
    if character in "()":
        scanner.fail("parentheses are not supported; \\x28 and \\x29 stand for the characters", begin + at)
    if not _PLAIN.fullmatch(character):
        scanner.fail(
            f"{character!r} is not supported in a regular expression; write ASCII as \\xhh", begin + at
        )
    return re.escape(character)


def _escaped(scanner: Scanner, begin: int, source: str, at: int) -> tuple[str, int]:
    following = source[at + 1 : at + 2]
    if following == "x":
        if not _ASCII.fullmatch(source[at + 2 : at + 4]):
            scanner.fail("\\x needs two hexadecimal digits of ASCII, 00 to 7F", begin + at)
        return re.escape(chr(int(source[at + 2 : at + 4], 16))), at + 4
    if following and following in _ESCAPES:
        return f"\\{following}", at + 2
    symbol = following in _OPERATORS or (_PLAIN.fullmatch(following) and not following.isalnum())
    if not following or not symbol:
        scanner.fail(f"'\\{following}' is not supported", begin + at)
    return re.escape(following), at + 2


def _class(scanner: Scanner, begin: int, source: str, at: int) -> tuple[str, int]:
    """A class between brackets, checked and written for `re`."""
    opened = at
    at += 2 if source.startswith("^", at + 1) else 1
    parts = ["[^" if at - opened > 1 else "["]
    while at < len(source) and source[at] != "]":
        if source[at] == "\\":
            part, at = _escaped(scanner, begin, source, at)
        else:
            ranged = source[at] == "-" and len(parts) > 1 and source[at + 1 : at + 2] != "]"
            known = source[at] in _OPERATORS
            part = re.escape(source[at]) if known else _literal(scanner, begin, source, at)
            part, at = "-" if ranged else part, at + 1
        parts.append(part)
    if at >= len(source):
        scanner.fail("the bracket is not closed", begin + opened)
    if len(parts) == 1:
        scanner.fail("the class between the brackets is empty", begin + opened)
    written = "".join([*parts, "]"])
    try:
        re.compile(written, re.ASCII)
    except re.error as error:
        scanner.fail(f"the class is none: {error.msg}", begin + opened)
    return written, at + 1


def _times(scanner: Scanner, begin: int, source: str, at: int) -> tuple[int, int | None, int]:
    """How often the step before this index may stand: least, most, and the index after the operator."""
    operator = source[at : at + 1]
    if operator in ("?", "*", "+"):
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}[operator]
        return least, most, at + 1
    if operator != "{":
        return 1, 1, at
    found = _COUNT.match(source, at)
    if found is None or not (found[1] or found[3]):
        scanner.fail("a count is written {m}, {m,n}, {m,} or {,n}", begin + at)
    least = int(found[1] or 0)
    most = (int(found[3]) if found[3] else None) if found[2] else least
    if max(least, most or 0) > STEPS or (most is not None and most < least):
        scanner.fail(f"a count goes from the smaller to the larger number, at most {STEPS}", begin + at)
    return least, most, found.end()
