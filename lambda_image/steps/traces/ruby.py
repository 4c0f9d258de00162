"""Ruby backtraces: `file:line:in 'method'`, newest call first, the error before or on the first line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import HEAD_REACH, Trace, number

_FRAME = re.compile(
    r"\s*(?:\d+: )?(?:from )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,500}):(?P<line>\d+):in "
    r"(?:[`'](?P<function>[^']*(?:'[^':]+)*)'|(?P<bare>[\w.]+)$)"
)
# To a terminal, Ruby before 3.0 printed the error last.
_OLDEST_FIRST = re.compile(r"\s+\d+: from ")
_FROM = re.compile(r"\s+(?:\d+: )?from (?P<file>[^\s:]+\.rb):(?P<line>\d+)$")
_JRUBY = re.compile(
    r"\s*(?:from )?(?P<function>[\w.$<>]+)\((?P<file>[\w.$-]*/[\w./$-]+\.(?:java|rb)):(?P<line>\d+)\)$"
)
# PL/SQL's own frames stand above those of the Ruby driver that called it.
_ORACLE = re.compile(r'ORA-06512: at (?:"(?P<function>[^"]+)", )?line (?P<line>\d+)$')
_AFTER = re.compile(r"(?P<message>.*) \((?P<type>[A-Z]\w*(?:::\w+)*)\)$")
_RAILS = re.compile(r"\s*(?P<type>[A-Z]\w*(?:::\w+)*) \((?P<message>.*)\):?$")
_PLAIN = re.compile(r"\s*(?P<type>[A-Z]\w*(?:::\w+)*): (?P<message>.*)$")
_LIBRARY = re.compile(r"/gems/|/ruby/\d|/lib/ruby/|^<internal:|\.bundle$|\.java$")


def read(lines: Sequence[str]) -> Trace | None:
    """The error and its frames; a cause is printed after it, and its frames follow."""
    found = [(at, match) for at, line in enumerate(lines) if (match := _match(line))]
    if not found:
        return None
    if all(match.re is _JRUBY for _, match in found) and not found[0][1]["file"]:
        return None
    kind, message = _head(lines, found)
    frames = tuple(_frame(each) for _, each in found)
    return Trace("ruby", kind, message, frames if _OLDEST_FIRST.match(lines[found[0][0]]) else frames[::-1])


def _head(lines: Sequence[str], found: Sequence[tuple[int, re.Match[str]]]) -> tuple[str | None, str]:
    """Type and message: behind a frame, with the lines until the next or a blank one, else above all."""
    for at, match in found:
        if head := _AFTER.match(lines[at][match.end() :].removeprefix(": ")):
            more = takewhile(lambda line: line.strip() and not _match(line), lines[at + 1 :])
            return head["type"], "\n".join([head["message"], *more]).strip()
    above = _above(lines, found[0][0])
    return (above["type"], above["message"].strip()) if above else (None, "")


def _match(line: str) -> re.Match[str] | None:
    if ":in " in line:
        return _FRAME.match(line)
    return _FROM.match(line) or _JRUBY.match(line) or _ORACLE.match(line)


def _above(lines: Sequence[str], first: int) -> re.Match[str] | None:
    for at in range(first - 1, max(first - HEAD_REACH, -1), -1):
        if found := _RAILS.match(lines[at]) or _PLAIN.match(lines[at]):
            return found
    return None


def _frame(found: re.Match[str]) -> Frame:
    parts = found.groupdict()
    file = parts.get("file") or ""
    function = parts.get("function") or parts.get("bare")
    return Frame(file, number(found["line"]), function, bool(file) and not _LIBRARY.search(file))
