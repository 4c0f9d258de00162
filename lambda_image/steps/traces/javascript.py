"""V8 stacks of Node and browsers: `at function (file:line:column)`, newest call first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number, split_place

_HEAD = re.compile(
    r"(?<![\w.])(?P<type>(?:[A-Z]\w*)?(?:Error|Exception|Rejection|Failure))(?: \[\w+\])?(?:: (?P<message>.*))?$"
)
_ANY_HEAD = re.compile(r"(?:Uncaught )?(?P<type>[A-Z]\w*(?:\.[A-Z]\w*)*)(?: \[\w+\])?: (?P<message>.*)$")
# A class that ends in no word for errors has two humps at least where other words stand before it.
_HUMPS = re.compile(r"\s(?P<type>[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)(?: \[\w+\])?: (?P<message>.*)$")
# Node prints what has no stack of its own in brackets: an AggregateError, say, above the errors in it.
_STACKLESS = re.compile(
    r"\s*\[(?P<type>[A-Z]\w*(?:Error|Exception|Rejection|Failure))(?: \[\w+\])?(?:: (?P<message>.*))?\](?: \{)?$"
)
# Where an uncaught error was thrown, as Node prints it above the line of source.
_THROWN = re.compile(r"(?P<file>(?:file://)?\S+):(?P<line>\d+)$")
_CARET = re.compile(r"\s*\^+\s*$")
_SOURCE_LINES = 6
# Of code given to eval, the place in a file is the innermost one.
_EVALUATED = re.compile(r"\((?P<place>[^()]+:\d+:\d+)\)")
# React Native's engine for code that it has compiled.
_HERMES = "address at "
_PLACELESS = ("native", "native code", "<anonymous>", "unknown location")
_LIBRARY = re.compile(r"[/\\]node_modules[/\\]|^node:|^internal/|/var/runtime/|^$|^webpack/")


def read(lines: Sequence[str]) -> Trace | None:
    """All stacks among the lines: that of an error, then those of its causes."""
    places = [(at, frame) for at, line in enumerate(lines) if (frame := _frame(line))]
    if not any(frame.line for _, frame in places):
        return _uncaught(lines)
    first = places[0][0]
    kind, message = head(lines, first)
    stacks: list[list[Frame]] = []
    before = None
    for at, frame in places:
        if before is None or any(_HEAD.search(line) for line in lines[before + 1 : at]):
            stacks.append([])
        stacks[-1].append(frame)
        before = at
    return Trace("javascript", kind, message, tuple(frame for stack in stacks for frame in reversed(stack)))


def _uncaught(lines: Sequence[str]) -> Trace | None:
    """What left the program without a stack; below the place and a caret stands what was thrown."""
    for at, line in enumerate(lines[:_SOURCE_LINES]):
        if not (thrown := _THROWN.match(line)):
            continue
        below = range(at + 1, min(at + _SOURCE_LINES, len(lines)))
        caret = next((each for each in below if _CARET.match(lines[each])), None)
        said = [each.strip() for each in lines[caret + 1 :] if each.strip()] if caret else []
        if not said:
            return None
        head = _STACKLESS.match(said[0]) or _HEAD.match(said[0])
        own = (Frame(thrown["file"].removeprefix("file://"), number(thrown["line"]), None),)
        frames = () if _LIBRARY.search(thrown["file"]) else own
        return Trace(
            "javascript", head and head["type"], (head["message"] or "") if head else said[0], frames
        )
    return None


def head(lines: Sequence[str], first: int) -> tuple[str | None, str]:
    """Type and message: what stands in brackets above all, else the nearest line that names an error."""
    for line in lines[max(first - HEAD_REACH, 0) : first]:
        if stackless := _STACKLESS.match(line):
            return stackless["type"], stackless["message"] or ""
    for at in range(first - 1, max(first - HEAD_REACH, -1), -1):
        head = _HEAD.search(lines[at])
        if at == first - 1:
            head = head or _ANY_HEAD.match(lines[at]) or _HUMPS.search(lines[at])
        if head:
            return head["type"], "\n".join([head["message"] or "", *lines[at + 1 : first]]).strip()
    return None, lines[first - 1].strip() if first else ""


def _frame(line: str) -> Frame | None:
    """The frame in a line; a function may hold brackets, and so may the name of a file."""
    text = line.strip().removesuffix(",")
    if not text.startswith("at "):
        return None
    text = text[3:].removeprefix("async ")
    function, place = _split(text.removesuffix(" {")) if text.endswith((")", ") {")) else ("", text)
    if place.startswith("eval at "):
        found = _EVALUATED.search(place)
        place = found["place"] if found else place
    where = split_place(place.removesuffix(" {").removeprefix("async "))
    if where is None:
        return Frame("", None, function, in_app=False) if function and place in _PLACELESS else None
    if not function and " in " in place:
        return None
    file = where[0].removeprefix("file://").removeprefix(_HERMES)
    return Frame(file, where[1], function.removeprefix("new ") or None, not _LIBRARY.search(file))


def _split(text: str) -> tuple[str, str]:
    """Function and place of `function (place)`, where the last bracket closes the place."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0:
            return text[:at].rstrip(), text[at + 1 : -1]
    return "", text
