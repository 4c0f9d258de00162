"""V8 stacks of Node: `at function (file:line:column)`, newest call first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace

_FRAME = re.compile(
    r"^\s*at (?:async )?(?:(?P<function>.+?) \()?(?P<file>(?:file://)?[^\s()]*?[^\s():]):(?P<line>\d+):\d+\)?$"
)
_HEAD = re.compile(
    r"(?<!\w)(?P<type>(?:[A-Z]\w*)?(?:Error|Exception|Rejection))(?: \[\w+\])?(?:: (?P<message>.*))?$"
)
_LIBRARY = re.compile(r"/node_modules/|^node:|^internal/|/var/runtime/")


def read(lines: Sequence[str]) -> Trace | None:
    """The first stack among the lines."""
    first = next((at for at, line in enumerate(lines) if _FRAME.match(line)), None)
    if first is None:
        return None
    frames: list[Frame] = []
    for line in lines[first:]:
        found = _FRAME.match(line)
        if not found and not line.strip().startswith("at "):
            break
        if found:
            frames.append(_frame(found))
    for at in range(first - 1, -1, -1):
        if head := _HEAD.search(lines[at]):
            message = "\n".join([head["message"] or "", *lines[at + 1 : first]]).strip()
            return Trace("javascript", head["type"], message, tuple(reversed(frames)))
    return Trace("javascript", None, lines[first - 1].strip() if first else "", tuple(reversed(frames)))


def _frame(found: re.Match[str]) -> Frame:
    file = found["file"].removeprefix("file://")
    function = found["function"]
    if function:
        function = re.sub(r"^new ", "", function)
    return Frame(file, int(found["line"]), function, not _LIBRARY.search(file))
