"""Python tracebacks; of chained ones the last counts: the exception that left the program."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace

HEAD = "Traceback (most recent call last)"
_FRAME = re.compile(r'^[\s|+]*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?$')
_LAST = re.compile(r"^(?P<type>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: (?P<message>.*))?$")
_LIBRARY = re.compile(
    r"/(?:site|dist)-packages/|/lib/python\d|^<frozen |/var/runtime/|/awslambdaric/|^/opt/python/|<string>"
)


def read(lines: Sequence[str]) -> Trace | None:
    """The last traceback among the lines."""
    heads = [at for at, line in enumerate(lines) if HEAD in line]
    if not heads:
        return None
    frames: list[Frame] = []
    last: re.Match[str] | None = None
    rest: list[str] = []
    for line in lines[heads[-1] + 1 :]:
        text = line.strip(" |")
        if found := _FRAME.match(line):
            frames.append(_frame(found))
        elif last is None and not line.startswith((" ", "\t")) and (found := _LAST.match(text)):
            last = found
        elif last is not None and text:
            rest.append(line)
    if last is None:
        return _lambda_style(lines, heads[-1], frames)
    message = "\n".join([last["message"] or "", *rest]).strip()
    return Trace("python", last["type"], message, tuple(frames))


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
    return Frame(file, int(found["line"]), found["function"], not _LIBRARY.search(file))
