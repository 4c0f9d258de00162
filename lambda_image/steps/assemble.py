"""Log records to blocks: what one logger call wrote, put together again where a collector split it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lambda_image.domain.records import LogRecord
from lambda_image.steps.line import ERROR_LEVELS, level_of

# A block longer than this is cut into several; a stack trace of any runtime is shorter.
BLOCK_LINES = 500
CONTEXT_LINES = 20

# How a line looks that belongs to the one before it: an indented frame, a cause, a Python traceback's head.
CONTINUES = re.compile(
    r"\s+\S"
    r"|During handling of the above|The above exception was"
    r"|Caused by: |Suppressed: |\.\.\. \d+ more|--- End of (?:inner|stack)"
    r"|goroutine \d+|\[signal |exit status \d|created by |stack backtrace:|note: run with"
    r"|[\w./$*-]++(?:\(\*\w++\)[\w./$*-]*+)?\(.*\)$|#\d+ |\tat "
)
CHAIN = re.compile(r"During handling of the above|The above exception was")
TRACEBACK_HEAD = "Traceback (most recent call last)"
PYTHON_LAST = re.compile(r"(?:[\w.]+\.)?[A-Za-z_]\w*(?:: |$)")


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive records of one stream that say one thing, and the lines that stood before them."""

    records: tuple[LogRecord, ...]
    lines: tuple[str, ...]
    context: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    records: list[LogRecord]
    lines: list[str]
    context: tuple[str, ...]

    def takes(self, line: str) -> bool:
        """Whether a record that begins with this line goes on with the block."""
        if len(self.lines) >= BLOCK_LINES:
            return False
        if TRACEBACK_HEAD in line:
            return self._introduces_a_traceback()
        return bool(CONTINUES.match(line)) or self._awaits_last_line(line)

    def _introduces_a_traceback(self) -> bool:
        """An error's own line does, and so does a chained traceback; a line of another level does not."""
        chained = any(CHAIN.match(line) for line in self.lines[-2:])
        return chained or level_of(self.lines[0]) in ERROR_LEVELS

    def _awaits_last_line(self, line: str) -> bool:
        """A Python traceback ends with the exception, unindented, after its indented frames."""
        inside = any(TRACEBACK_HEAD in each for each in self.lines[-BLOCK_LINES:])
        return inside and self.lines[-1].startswith(" ") and bool(PYTHON_LAST.match(line))

    def closed(self) -> Block:
        return Block(tuple(self.records), tuple(self.lines), self.context)


def assemble(records: Iterable[LogRecord]) -> tuple[Block, ...]:
    """Blocks in the order in which they began; interleaved streams are kept apart."""
    blocks: list[_Open] = []
    last: dict[tuple[str, str], _Open] = {}
    before: dict[tuple[str, str], list[str]] = {}
    for record in records:
        stream = (record.log_group, record.log_stream)
        lines = record.message.rstrip().splitlines() or [""]
        previous = last.get(stream)
        if previous and previous.takes(lines[0]):
            previous.records.append(record)
            previous.lines.extend(lines)
        else:
            seen = before.setdefault(stream, [])
            block = _Open([record], list(lines), tuple(seen[-CONTEXT_LINES:]))
            blocks.append(block)
            last[stream] = block
        earlier = before.setdefault(stream, [])
        earlier.extend(lines)
        del earlier[:-CONTEXT_LINES]
    return tuple(block.closed() for block in blocks)
