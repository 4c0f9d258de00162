"""What a block of lines says: language, exception type, message and frames."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_image.domain.events import ErrorEvent
from lambda_image.steps.assemble import Block
from lambda_image.steps.line import Line, read_line
from lambda_image.steps.traces import Reader, Trace, go, java, javascript, others, python

READERS: tuple[Reader, ...] = (python.read, go.read, java.read, javascript.read, *others.READERS)
# What stands in a log line by itself: `ValueError: not a number`.
# The patterns take time that grows faster than the line; no frame and no head is longer than this.
READ = 2_000
EXCEPTION, LOG = "exception", "log"


def read_trace(block: Block) -> ErrorEvent:
    """The block as an error event; without a trace its kind is "log" and its message the first line."""
    first = block.records[0]
    line = read_line(block.lines[0])
    trace = find_trace(line.stack or block.lines)
    return ErrorEvent(
        id=first.id,
        log_group=first.log_group,
        log_stream=first.log_stream,
        timestamp=first.timestamp,
        kind=EXCEPTION if trace or line.exception_type else LOG,
        language=trace.language if trace else None,
        exception_type=(trace.exception_type if trace else None) or line.exception_type,
        message=_message(line, trace),
        frames=trace.frames if trace else (),
        lines=block.lines,
        context=block.context,
        records=len(block.records),
    )


def find_trace(lines: Sequence[str]) -> Trace | None:
    """The first reader that knows these lines, of which each is read up to READ characters."""
    lines = [line[:READ] for line in lines]
    return next((trace for read in READERS if (trace := read(lines)) is not None), None)


def _message(line: Line, trace: Trace | None) -> str:
    if trace and (trace.message or trace.exception_type):
        return trace.message
    return line.text
