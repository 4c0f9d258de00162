"""Log records to blocks: what one logger call wrote, put together again where a collector split it.

Blocks come as they close, and what is remembered meanwhile is bounded: for any number of records, of streams
and of lines in a block.
"""

from __future__ import annotations

import re
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
# For each of these messages what is known of it, and which are errors.
Screen = Callable[[Sequence[str]], tuple[bytes, Mapping[int, Identity]]]
_stream_of = attrgetter("log_group", "log_stream")


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive records of one stream that say one thing.

    `count` records are in it; `records` and `lines` are the first and the last of them where it is long,
    `lines` with a mark for those between. `stream` are lines of the stream, of which `above` stood before
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
        begin = max(self.above - CONTEXT, 0)
        before = [unwrapped(line).rstrip("\r\n") for line in self.stream[begin : self.above]]
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
    """A record that is a block and an error that came before; `stream` and `above` as in a block."""

    record: LogRecord
    identity: Identity
    stream: Sequence[str]
    above: int

    @property
    def block(self) -> Block:
        """The same as a block."""
        return Block((self.record,), tuple(_lines(self.record.message)), 1, self.stream, self.above)


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
            at = 0
            while at < len(chunk):
                # The last of those that are known stays open where something follows that may go on with it.
                end = known.find(LOOK, at)
                last = end - 1 if end >= 0 else len(chunk) - (chunk is not whole)
                if last > at and self._is_ended(known[at]):
                    yield from self.close()
                    yield from self._alone(chunk, messages, range(at, last), errors)
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
        self,
        chunk: Sequence[LogRecord],
        messages: Sequence[str],
        known: range,
        errors: Mapping[int, Identity],
    ) -> Iterator[Found]:
        """Records that are a block each."""
        at = known.start
        told = [each for each in errors if each in known]
        if count := len(known) - len(told):
            yield Quiet(chunk[at], count)
        for error in told:
            self._remember(messages[at:error][-CONTEXT:])
            yield Again(chunk[error], errors[error], self.before, len(self.before))
            self._remember(_short(_lines(messages[error])))
            at = error + 1
        self._remember(messages[at : known.stop][-CONTEXT:])

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
