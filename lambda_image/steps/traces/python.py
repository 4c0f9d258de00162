"""Python tracebacks; of chained ones the last counts: the exception that left the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace, number

HEAD = "Traceback (most recent call last)"
# Exception groups draw their tree with | and + before each line.
_MARGIN = re.compile(r"[ \t]*(?:[|+](?: |$))?")
_FRAME = re.compile(r'[\s|+]*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_LAST = re.compile(
    r"(?P<type>(?:[A-Za-z_]\w*\.|<locals>\.)*[A-Za-z_]\w*)(?:: (?P<message>.*)|:)?(?: \(\d+ sub-exceptions?\))?$"
)
_RULE = re.compile(r"[\s|]*\+[-+]{5,}|[\s|]*\+-+ (?:\d+|\.\.\.) -+$")
_LIBRARY = re.compile(
    r"/(?:site|dist)-packages/|\\site-packages\\|/lib/python\d|^<frozen |/var/runtime/|/awslambdaric/|^/opt/python/|<string>"
)


@dataclass(slots=True)
class _Part:
    """One exception of a chain: how far its text is indented, and its last line with all that follows."""

    indent: int
    last: re.Match[str] | None = None
    rest: list[str] = field(default_factory=list)


def read(lines: Sequence[str]) -> Trace | None:
    """All tracebacks among the lines; without a head, frames as Python prints them are enough."""
    frames = [_frame(found) for line in lines if (found := _FRAME.match(line))]
    heads = [at for at, line in enumerate(lines) if HEAD in line]
    if not heads and not frames:
        return None
    parts = _parts(lines)
    outer = min((part.indent for part in parts if part.last), default=0)
    for part in reversed(parts):
        if part.last and part.indent == outer:
            message = "\n".join([part.last["message"] or "", *part.rest]).strip()
            return Trace("python", part.last["type"], message, tuple(frames))
    return _lambda_style(lines, heads[-1] if heads else 0, frames)


def _parts(lines: Sequence[str]) -> list[_Part]:
    parts: list[_Part] = []
    for line in lines:
        indent = _indent(line)
        if HEAD in line:
            parts.append(_Part(min(indent, line.index(HEAD))))
        elif found := _FRAME.match(line):
            if not parts or parts[-1].last:
                # A syntax error is printed without a head: its file is indented by two.
                parts.append(_Part(max(found.start("file") - len('  File "'), 0)))
        elif parts and parts[-1].last is None:
            if line.strip() and indent <= parts[-1].indent:
                parts[-1].last = _LAST.match(line[indent:])
        elif parts and not _RULE.match(line):
            parts[-1].rest.append(line[_indent(line) :] if parts[-1].indent else line)
    return parts


def _indent(line: str) -> int:
    found = _MARGIN.match(line)
    return found.end() if found else 0


def _lambda_style(lines: Sequence[str], head: int, frames: list[Frame]) -> Trace | None:
    """Lambda writes `[ERROR] Type: message` before the traceback and nothing after it."""
    before = lines[head - 1] if head else ""
    found = _LAST.match(re.sub(r"^\[ERROR\]\s*", "", before).strip())
    if not frames and not found:
        return None
    return Trace(
        "python", found["type"] if found else None, (found["message"] or "") if found else "", tuple(frames)
    )


def _frame(found: re.Match[str]) -> Frame:
    file = found["file"]
    return Frame(file, number(found["line"]), found["function"], not _LIBRARY.search(file))
