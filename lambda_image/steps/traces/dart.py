"""Dart: `#0  function (file:line:column)` and Swift's one line, `file.swift:3: Fatal error: message`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number, split_place

_FRAME = re.compile(r"\s*#\d+ +(?P<function>\S.*?) \((?P<place>(?:file|dart|package|https?):[^()]+)\)$")
# As package:stack_trace prints a frame, which most servers log with.
_TERSE = re.compile(
    r"\s*(?P<place>(?:(?:package|file|https?):\S+\.dart|dart:[a-z_]+)(?: +\d+(?::\d+)?)?) {2,}(?P<function>\S.*)$"
)
_INSTANCE = re.compile(r"Instance of '(?P<type>[^']+)'(?P<message>)$")
_NAMED = re.compile(r"(?P<type>_?[A-Z]\w*(?:Error|Exception)|Exception): (?P<message>.*)$")
_UNHANDLED = re.compile(r"Unhandled exception:\s*$")
_LIBRARY = re.compile(r"^dart:|^package:(?:flutter|flutter_test)/|/\.pub-cache/")
_SWIFT = re.compile(
    r"(?P<file>\S+\.swift):(?P<line>\d+): (?P<type>Fatal error|Assertion failed|Precondition failed): (?P<message>.*)"
)


def read(lines: Sequence[str]) -> Trace | None:
    """The exception that nothing caught, and its frames; most of the core's errors print no type."""
    found = [
        (at, match) for at, line in enumerate(lines) if (match := _FRAME.match(line) or _TERSE.match(line))
    ]
    if not found:
        return None
    first = found[0][0]
    above = range(max(first - HEAD_REACH, 0), first)
    start = next((at + 1 for at in above if _UNHANDLED.search(lines[at])), above.start)
    text = lines[start].strip() if start < first else ""
    head = _INSTANCE.match(text) or _NAMED.search(text)
    kind, message = (head["type"], head["message"]) if head else (None, text)
    return Trace("dart", kind, message, tuple(_frame(match) for _, match in reversed(found)))


def read_swift(lines: Sequence[str]) -> Trace | None:
    """A Swift runtime failure, whose only frame is the place it names."""
    found = next((match for line in lines if ".swift:" in line and (match := _SWIFT.search(line))), None)
    if found is None:
        return None
    frame = Frame(found["file"], number(found["line"]), None)
    return Trace("swift", found["type"], found["message"].strip(), (frame,))


def _frame(found: re.Match[str]) -> Frame:
    place = re.sub(r" +(?=\d)", ":", found["place"])
    file, line = split_place(place) or (place, 0)
    return Frame(file, line or None, found["function"], not _LIBRARY.search(file))
