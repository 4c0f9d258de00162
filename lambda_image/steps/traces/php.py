"""PHP: `#0 file(line): function()`, newest call first, after a head that names the exception and its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number

_FRAME = re.compile(r"\s*#\d+ (?P<file>[^\s(](?:[^(]|\((?!\d+\): ))*)\((?P<line>\d+)\): (?P<function>[^(]+)")
# Xdebug numbers the calls from the outermost one.
_XDEBUG = re.compile(
    r"(?:\[[^\]]{10,40}\] )?(?:PHP)? +(?:[\d.]+ +\d+ +)?\d+\. (?P<function>[^\s(]\S*?)\(.*\) (?P<file>\S.*):(?P<line>\d+)$"
)
_STACK = re.compile(r"(?:Stack trace:|\[[Ss]tack ?trace\])\s*$")
_BOTTOM = re.compile(r"\s*#\d+ \{main\}")
# Where it was raised stands at the end of the head, in Laravel's log in brackets.
_RAISED = re.compile(r"(?P<file>[^\s:].*):(?P<line>\d+)\)?$")
_NEWEST = re.compile(r"\s*#0 .*?(?:\(\d+\)|\[internal function\]): (?P<function>[^(]+)")
# What ended without an exception, or only told of one, names its place in words.
_ALONE = re.compile(
    r"(?:^|PHP )(?P<type>(?:(?:Recoverable |Catchable )?[Ff]atal|Parse) error|Warning|Notice|Deprecated): +"
    r"(?P<message>.*) in (?P<file>\S.*?) on line (?P<line>\d+)"
)
# How a head begins in the version before 7, in those since, and in Laravel's log.
_QUOTED = re.compile(
    r"exception '(?P<type>[\w\\]+)' with message '(?P<message>.*)'(?: in .+:\d+)?$", re.DOTALL
)
_UNCAUGHT = re.compile(
    r"(?:Uncaught |(?:^|: |\] )(?=[\w\\]*(?:Error|Exception)\b))(?P<type>[A-Za-z_][\w\\]*): (?P<message>.*)$",
    re.DOTALL,
)
_SAYS_NOTHING = re.compile(r"Uncaught (?P<type>[A-Za-z_][\w\\]*) in \S.*:\d+$")
_LARAVEL = re.compile(
    r"\[object\] \((?P<type>[\w\\]+)\(code: [^)]*\): (?P<message>.*) at .+:\d+\)", re.DOTALL
)
_BEGINS = ("Uncaught ", "exception '", "[object] (", "Error: ", "Exception: ")
_LIBRARY = re.compile(r"[/\\]vendor[/\\]")


def read(lines: Sequence[str]) -> Trace | None:
    """The exception that nothing caught, and its frames; `{main}` and internal functions have no place."""
    if any("[object] (" in line for line in lines):
        # Laravel writes the exception as a string of JSON.
        lines = [line.replace("\\\\", "\\").replace('\\"', '"') for line in lines]
    found = [(at, match) for at, line in enumerate(lines) if (match := _FRAME.match(line))]
    stack = next((at for at, line in enumerate(lines) if _STACK.search(line)), None)
    bottom = next((at for at, line in enumerate(lines) if _BOTTOM.match(line)), None)
    first = stack if stack is not None else found[0][0] if found else bottom
    if first is None or not (found or bottom is not None):
        return None
    following = [at for at, line in enumerate(lines) if line.startswith("Next ")]
    # What was thrown while handling the first is printed after it, and left the program.
    kind, message = _next(lines[following[-1] :]) if following else _head(lines, first)
    return Trace("php", kind, message, tuple(_frames(lines))[::-1])


def read_alone(lines: Sequence[str]) -> Trace | None:
    """An error or a warning at the place that it names, with the calls that Xdebug saw or as its only frame."""
    found = next((match for line in lines if " on line " in line and (match := _ALONE.search(line))), None)
    if found is None:
        return None
    calls = [match for line in lines if ". " in line and (match := _XDEBUG.match(line))]
    own = _frame(found["file"], found["line"], None, raised=bool(calls))
    frames = (*(_frame(call["file"], call["line"], call["function"]) for call in calls), own)
    return Trace("php", found["type"], found["message"].strip(), frames)


def _frames(lines: Sequence[str]) -> Iterator[Frame]:
    """As printed, each exception's own place before its frames, unless the newest of them is the same."""
    for at, line in enumerate(lines):
        if found := _FRAME.match(line):
            yield _frame(found["file"], found["line"], found["function"].strip())
        elif at and _STACK.search(line) and (found := _raised(lines[at - 1])):
            newest = lines[at + 1] if at + 1 < len(lines) else ""
            if f" {found['file']}({found['line']}): " not in newest:
                inside = _NEWEST.match(newest)
                function = inside["function"].strip() if inside else None
                yield _frame(found["file"], found["line"], function, raised=True)


def _raised(head: str) -> re.Match[str] | None:
    """Where the exception was raised, by the end of its head."""
    places = (head.rpartition(word) for word in (" in ", " at "))
    return next((found for _, word, place in places if word and (found := _RAISED.match(place))), None)


def _head(lines: Sequence[str], first: int) -> tuple[str | None, str]:
    for at in range(first, max(first - HEAD_REACH, -1), -1):
        if not any(word in lines[at] for word in _BEGINS):
            continue
        text = "\n".join(lines[at:first]) if at < first else lines[at]
        if found := _QUOTED.search(text) or _LARAVEL.search(text):
            return found["type"], found["message"].strip()
        if found := _UNCAUGHT.search(text):
            message, place, where = found["message"].rpartition(" in ")
            # `... and defined in file:2` is part of the sentence; the place at its end is not.
            placed = place and re.search(r":\d+$", where)
            return found["type"], (message if placed else found["message"]).strip()
        if found := _SAYS_NOTHING.search(text):
            return found["type"], ""
    return None, ""


def _next(lines: Sequence[str]) -> tuple[str | None, str]:
    said = "\n".join(takewhile(lambda line: not _STACK.search(line), lines))
    kind, _, text = said.removeprefix("Next ").partition(": ")
    return kind, text.rpartition(" in ")[0] or text


def _frame(file: str, line: str, function: str | None, *, raised: bool = False) -> Frame:
    return Frame(file, number(line), function, not _LIBRARY.search(file), raised)
