"""Log records to blocks: what one logger call wrote, put together again where a collector split it.

Blocks come as they close, and what is remembered meanwhile is bounded: for any number of records, of streams
and of lines in a block.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from lambda_image.domain.records import LogRecord, Records
from lambda_image.steps.reading.continuation import Kind, ends
from lambda_image.steps.reading.fields import unwrapped
from lambda_image.steps.reading.line import warns
from lambda_image.steps.reading.open_block import LONG_LINE, OpenBlock, left_out

# Of more streams than these, the block of the one that was silent longest is closed.
OPEN_STREAMS = 100
# Records that are looked at together, and how many characters they have about.
CHUNK, CHUNK_SIZE = 500, 1_000_000
# The lines just before an error, and how far above them decisive ones are looked for.
CONTEXT_LINES, DECISIVE_LINES, CONTEXT_REACH = 20, 20, 200
CONTEXT = CONTEXT_LINES + CONTEXT_REACH
# What ties lines to an error: ids with digits, as request, order and trace ids are.
_IDS = re.compile(r"\b(?=[\w-]*\d)[0-9A-Za-z][\w-]{7,63}\b")
_IDS_REACH = 1_000
# What is known of a message: nothing, so LOOK at it; KNOWN where it begins a block and is all of it, if what
# follows begins one too; LOGGED where that is told by what a logger wrote before it.
LOOK, KNOWN, LOGGED = range(3)
# What an error's fingerprint is made of.
Identity = tuple[str, ...]
# For each of these messages what is known of it, and which are errors, in order.
Screen = Callable[[Sequence[str]], tuple[bytes, Mapping[int, Identity]]]
_stream_of = attrgetter("log_group", "log_stream")


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive records of one stream that say one thing.

    `count` records are in it; `records` and `lines` are the first and the last of them where it is long,
    `lines` with a mark for those between. `stream` are messages of the stream, of which `above` stood before
    this block. `kind` and `bare`, its last lines without prefixes, tell what may go on with it.
    """

    records: tuple[LogRecord, ...]
    lines: tuple[str, ...]
    count: int
    stream: Sequence[str] = ()
    above: int = 0
    kind: Kind = Kind.PLAIN
    bare: tuple[str, ...] = ()

    @property
    def context(self) -> tuple[str, ...]:
        """The lines just before, and farther above those that warn or share an id with the block."""
        said = self.stream[max(self.above - CONTEXT, 0) : self.above]
        before = [line for each in said for line in _short(_lines(each))][-CONTEXT:]
        ids = {each for line in self.lines[:50] for each in _IDS.findall(line[:_IDS_REACH])}
        decisive = [
            line for line in before[:-CONTEXT_LINES] if warns(line) or _shares(line[:_IDS_REACH], ids)
        ]
        return (*decisive[-DECISIVE_LINES:], *before[-CONTEXT_LINES:])


@dataclass(frozen=True, slots=True)
class Quiet:
    """So many records of one stream, each a block of its own and no error."""

    first: LogRecord
    count: int


@dataclass(frozen=True, slots=True)
class Again:
    """Records of one stream of which each is a block, and those that are `errors` came before.

    `messages` are theirs, and `before` those that stood before all of them.
    """

    records: Sequence[LogRecord]
    messages: Sequence[str]
    errors: Mapping[int, Identity]
    before: Sequence[str]

    def block(self, at: int) -> Block:
        """One of them as a block."""
        record, stream = self.records[at], (*self.before, *self.messages[max(at - CONTEXT, 0) : at])
        return Block((record,), tuple(_lines(record.message)), 1, stream, len(stream))


Found = Block | Quiet | Again


@dataclass(slots=True)
class _Stream:
    """One stream: the block that is open, what may turn out to belong to it, and the lines before it."""

    screen: Screen
    block: OpenBlock | None = None
    held: list[LogRecord] = field(default_factory=list)
    before: list[str] = field(default_factory=list)

    def take(self, records: Iterable[LogRecord]) -> Iterator[Found]:
        """What closes with these records; nothing follows on those of a stream that are all there."""
        whole = records if isinstance(records, Records) else None
        for chunk in _chunks(records) if whole is None else [whole]:
            messages = _messages(chunk)
            known, errors = self.screen(messages)
            where = list(errors)
            at = 0
            while at < len(chunk):
                # The last of those that are known stays open where something follows that may go on with it.
                end = known.find(LOOK, at)
                last = end - 1 if end >= 0 else len(chunk) - (chunk is not whole)
                if last > at and self._is_ended(known[at]):
                    yield from self.close()
                    told = where[bisect_left(where, at) : bisect_left(where, last)]
                    again = {error - at: errors[error] for error in told}
                    yield from self._alone(chunk[at:last], messages[at:last], again)
                    at = last
                if at < len(chunk):
                    yield from self._add(chunk[at])
                at += 1

    def _is_ended(self, known: int) -> bool:
        """Whether the open block takes nothing of which this is known."""
        if self.block is None or self.block.kind is Kind.PLAIN:
            return True
        if self.block.may_hold:
            return False
        return known != LOGGED and ends(self.block.kind, self.block.bare)

    def _alone(
        self, some: Sequence[LogRecord], messages: Sequence[str], errors: Mapping[int, Identity]
    ) -> Iterator[Found]:
        """Records that are a block each."""
        if count := len(some) - len(errors):
            yield Quiet(some[0], count)
        if errors:
            yield Again(some, messages, errors, self.before[-CONTEXT:])
        self._remember(messages[-CONTEXT:])

    def _add(self, record: LogRecord) -> Iterator[Block]:
        lines = _lines(record.message)
        if self.block is not None and self.block.holds(lines[0], len(self.held)):
            self.held.append(record)
            return
        if self.block is None or not self.block.takes(lines[0], held=bool(self.held)):
            yield from self.close()
            self.block = OpenBlock()
        for each in self.held:
            self.block.add(each, _lines(each.message))
        self.held.clear()
        self.block.add(record, lines)

    def close(self) -> Iterator[Block]:
        """The open block, if there is one, and what did not belong to it; their lines are before the next."""
        if self.block is None:
            return
        block, self.block = _closed(self.block, self.before), None
        yield block
        self._remember(_short(block.lines))
        held, self.held = self.held, []
        for record in held:
            yield from self._add(record)
        yield from self.close()

    def _remember(self, lines: Sequence[str]) -> None:
        # A block that closed earlier keeps the list that it knows.
        if len(self.before) > 2 * CONTEXT:
            self.before = self.before[-CONTEXT:]
        self.before.extend(lines)


def _closed(block: OpenBlock, stream: Sequence[str]) -> Block:
    records = (*block.records, *block.last)
    return Block(records, block.lines(), block.count, stream, len(stream), block.kind, tuple(block.bare))


def assemble(records: Iterable[LogRecord]) -> Iterator[Block]:
    """Blocks in the order in which they end; interleaved streams are kept apart."""
    return (each for each in assemble_loud(records, nothing_known) if isinstance(each, Block))


def assemble_loud(records: Iterable[LogRecord], screen: Screen) -> Iterator[Found]:
    """The same, without looking at those records that `screen` knows."""
    streams: dict[tuple[str, str], _Stream] = {}
    for key, some in _by_stream(records):
        stream = streams.pop(key, None) or _Stream(screen)
        if len(streams) >= OPEN_STREAMS:
            yield from streams.pop(next(iter(streams))).close()
        streams[key] = stream
        yield from stream.take(some)
    for stream in streams.values():
        yield from stream.close()


def _by_stream(records: Iterable[LogRecord]) -> Iterable[tuple[tuple[str, str], Iterable[LogRecord]]]:
    if isinstance(records, Records):
        return [((records.log_group, records.log_stream), records)]
    return groupby(records, key=_stream_of)


def nothing_known(messages: Sequence[str]) -> tuple[bytes, Mapping[int, Identity]]:
    """The screen that lets everything through to be looked at."""
    return bytes(len(messages)), {}


def _messages(chunk: Sequence[LogRecord]) -> Sequence[str]:
    if isinstance(chunk, Records):
        return chunk.messages
    # An empty message is always looked at.
    return ["" if record.extracted else record.message for record in chunk]


def _chunks(records: Iterable[LogRecord]) -> Iterator[list[LogRecord]]:
    chunk: list[LogRecord] = []
    size = 0
    for record in records:
        chunk.append(record)
        size += len(record.message)
        if len(chunk) == CHUNK or size > CHUNK_SIZE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _shares(line: str, ids: set[str]) -> bool:
    """Whether one of the ids stands in the line as a word; the first look is much the cheaper one."""
    return any(each in line for each in ids) and not ids.isdisjoint(_IDS.findall(line))


def _short(lines: Sequence[str]) -> list[str]:
    return [left_out(line) if len(line) > LONG_LINE else line for line in lines]


def _lines(message: str) -> list[str]:
    """The lines of a message; a carriage return ends one too, as Lambda writes them."""
    text = unwrapped(message).rstrip("\r\n")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
