"""The block that the next record of its stream may go on with."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lambda_image.domain.records import LogRecord
from lambda_image.steps.reading.continuation import (
    Kind,
    comes_back,
    goes_on,
    is_trace,
    kind_of,
    may_be_said,
    may_go_on,
)
from lambda_image.steps.reading.prefix import bare, logger_prefix, without_collector

# Of a longer block the beginning and the end are kept; a trace of deep recursion says the same in between.
HEAD_LINES, TAIL_LINES = 200, 300
# Beyond so many characters in a block, and anywhere among the lines before one, a longer line is left out.
ROOM, LONG_LINE = 2_000_000, 4_000
# By so many of its last lines a block is known.
SEEN = 8
# Lines of a message, or notes, that may stand between an exception and what goes on with it.
HELD = 10


def left_out(text: str) -> str:
    """What stands for a text that is too long."""
    return f"[{len(text)} characters left out]"


@dataclass(slots=True)
class OpenBlock:
    """A block that the next record of its stream may go on with."""

    head: list[str] = field(default_factory=list)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    records: list[LogRecord] = field(default_factory=list)
    last: deque[LogRecord] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    bare: list[str] = field(default_factory=list)
    count: int = 0
    size: int = 0
    left_out: int = 0
    kind: Kind = Kind.PLAIN
    prefix: str = ""

    def add(self, record: LogRecord, lines: Sequence[str]) -> None:
        """One more record, with the lines of its message."""
        self.count += 1
        if self.size > ROOM and len(record.message) > LONG_LINE:
            lines = (left_out(record.message),)
            record = replace(record, message=lines[0])
        self.size += len(record.message)
        (self.records if len(self.records) < HEAD_LINES else self.last).append(record)
        for line in lines:
            if len(self.head) < HEAD_LINES:
                self.head.append(line)
            else:
                self.left_out += len(self.tail) == TAIL_LINES
                self.tail.append(line)
        # The first line, as its logger wrote it, and the last ones tell whether the next belongs here.
        known = len(self.bare)
        for line in (*lines[: 2 * SEEN][: max(len(lines) - SEEN, 0)], *lines[-SEEN:]):
            plain = bare(line)
            self.kind = kind_of(plain, self.kind)
            self.bare.append(plain)
        if not known:
            self.bare[0] = without_collector(lines[0])
            self.prefix = logger_prefix(lines[0])
        del self.bare[1:-SEEN]

    def takes(self, line: str, *, held: bool = False) -> bool:
        """Whether a record that begins with this line goes on with the block, and with those held back."""
        plain = bare(line)
        if held:
            return comes_back(plain)
        if self.kind is Kind.PLAIN and not may_go_on(plain):
            return False
        return goes_on(self.kind, self.bare, plain, logged=self._is_logged(line))

    @property
    def may_hold(self) -> bool:
        """Whether this is a Python traceback of which a collector made a record for each line."""
        lines = len(self.head) + len(self.tail) + self.left_out
        return self.kind is Kind.PYTHON and 1 < self.count == lines

    def holds(self, line: str, held: int) -> bool:
        """Whether a record that begins with this line belongs here only if a later one tells so."""
        if not self.may_hold or held == HELD or logger_prefix(line):
            return False
        plain = bare(line)
        return may_be_said(self.bare, plain) if plain.strip() else held > 0

    def _is_logged(self, line: str) -> bool:
        """Whether a logger began a new entry; one that repeats its prefix on each line of a trace did not."""
        prefix = logger_prefix(line)
        return bool(prefix) and not (is_trace(self.kind, self.bare) and prefix == self.prefix)

    def lines(self) -> tuple[str, ...]:
        """The first and the last lines, with a mark for those between."""
        mark = [f"[{self.left_out} lines left out]"] if self.left_out else []
        return (*self.head, *mark, *self.tail)
