"""What a process writes, cut into log events as Lambda does it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

FRAME_HEADER = 16  # type 4, length 4, microseconds 8, big-endian: awslambdaric, FramedTelemetryLogSink
PIECE = 64 * 1024


@dataclass(slots=True)
class Lines:
    """Standard output and standard error: one log event for each line."""

    fd: int
    rest: bytearray = field(default_factory=bytearray)

    def read(self) -> list[str] | None:
        """The events that have come; None at the end. Does not block: the descriptor must not either."""
        if not _more(self.fd, self.rest):
            return None
        *lines, self.rest = self.rest.split(b"\n")
        return [_text(line) + "\n" for line in lines]

    def last(self) -> list[str]:
        """A last line without its end."""
        line, self.rest = self.rest, bytearray()
        return [_text(line)] if line else []


@dataclass(slots=True)
class Frames:
    """The telemetry pipe that the runtime logs to: one event for each message, however many lines it has."""

    fd: int
    rest: bytearray = field(default_factory=bytearray)

    def read(self) -> list[str] | None:
        """The events that have come; None at the end. Does not block: the descriptor must not either."""
        if not _more(self.fd, self.rest):
            return None
        events = []
        while len(self.rest) >= FRAME_HEADER:
            end = FRAME_HEADER + int.from_bytes(self.rest[4:8], "big")
            if len(self.rest) < end:
                break
            events.append(_text(self.rest[FRAME_HEADER:end]))
            del self.rest[:end]
        return events

    def last(self) -> list[str]:
        """A frame that was cut short is dropped."""
        return []


def _more(fd: int, rest: bytearray) -> bool:
    """Append what can be read now; False at the end of the file."""
    try:
        piece = os.read(fd, PIECE)
    except BlockingIOError:
        return True
    rest += piece
    return bool(piece)


def _text(line: bytes | bytearray) -> str:
    return line.decode("utf-8", "replace")
