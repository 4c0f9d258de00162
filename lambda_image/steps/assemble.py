"""Log records to blocks: what one logger call wrote, put together again where a collector split it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lambda_image.domain.records import LogRecord
from lambda_image.steps.continuation import Kind, goes_on, kind_of, may_go_on
from lambda_image.steps.fields import unwrapped
from lambda_image.steps.line import level_of
from lambda_image.steps.prefix import bare, logger_prefix, without_collector

# Of a longer block the beginning and the end are kept; a trace of deep recursion says the same in between.
HEAD_LINES, TAIL_LINES = 200, 300
# By so many of its last lines a block is known.
SEEN = 8
# The lines just before an error, and how far above them decisive ones are looked for.
CONTEXT_LINES, DECISIVE_LINES, CONTEXT_REACH = 20, 20, 200
_DECISIVE_LEVELS = frozenset({"fatal", "error", "warning"})
# What ties lines to an error: ids with digits, as request, order and trace ids are.
_IDS = re.compile(r"\b(?=[\w-]*\d)[0-9A-Za-z][\w-]{7,63}\b")
_IDS_REACH = 1_000


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive records of one stream that say one thing.

    `lines` are at most HEAD_LINES + TAIL_LINES, with a mark for those between. `stream` are the lines
    of the stream so far, of which `above` stood before this block.
    """

    records: tuple[LogRecord, ...]
    lines: tuple[str, ...]
    stream: Sequence[str] = ()
    above: int = 0

    @property
    def context(self) -> tuple[str, ...]:
        """The lines just before, and farther above those that warn or share an id with the block."""
        near = max(self.above - CONTEXT_LINES, 0)
        ids = {each for line in self.lines[:50] for each in _IDS.findall(line[:_IDS_REACH])}
        decisive = [
            line
            for line in self.stream[max(near - CONTEXT_REACH, 0) : near]
            if level_of(line) in _DECISIVE_LEVELS or not ids.isdisjoint(_IDS.findall(line[:_IDS_REACH]))
        ]
        return (*decisive[-DECISIVE_LINES:], *self.stream[near : self.above])


@dataclass(slots=True)
class _Open:
    """A block that the next record of its stream may go on with."""

    stream: list[str]
    above: int
    records: list[LogRecord] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    bare: list[str] = field(default_factory=list)
    left_out: int = 0
    kind: Kind = Kind.PLAIN
    prefix: str = ""

    def add(self, record: LogRecord, lines: Sequence[str]) -> None:
        self.records.append(record)
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

    def takes(self, line: str) -> bool:
        """Whether a record that begins with this line goes on with the block."""
        plain = bare(line)
        if self.kind is Kind.PLAIN and not may_go_on(plain):
            return False
        return goes_on(self.kind, self.bare, plain, logged=self._is_logged(line))

    def _is_logged(self, line: str) -> bool:
        """Whether a logger began a new entry; one that repeats its prefix on each line of a trace did not."""
        prefix = logger_prefix(line)
        return bool(prefix) and (self.kind is Kind.PLAIN or prefix != self.prefix)

    def closed(self) -> Block:
        mark = [f"[{self.left_out} lines left out]"] if self.left_out else []
        return Block(tuple(self.records), (*self.head, *mark, *self.tail), self.stream, self.above)


def assemble(records: Iterable[LogRecord]) -> tuple[Block, ...]:
    """Blocks in the order in which they began; interleaved streams are kept apart."""
    blocks: list[_Open] = []
    last: dict[tuple[str, str], _Open] = {}
    streams: dict[tuple[str, str], list[str]] = {}
    for record in records:
        key = (record.log_group, record.log_stream)
        lines = _lines(record.message)
        stream = streams.setdefault(key, [])
        block = last.get(key)
        if block is None or not block.takes(lines[0]):
            block = last[key] = _Open(stream, len(stream))
            blocks.append(block)
        block.add(record, lines)
        stream.extend(lines)
    return tuple(block.closed() for block in blocks)


def _lines(message: str) -> list[str]:
    """The lines of a message; a carriage return ends one too, as Lambda writes them."""
    message = unwrapped(message)
    return message.rstrip("\r\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
