"""Java and Kotlin traces: `at package.Class.method(File.java:line)`, the root cause last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace

_FRAME = re.compile(
    r"^\s*at (?:[\w.$-]+(?:@[\w.$-]+)?/+)?(?P<call>[\w.$<>/]+)"
    r"\((?:(?P<file>[\w$.-]+\.(?:java|kt|scala|groovy)):(?P<line>\d+)|[^)]*)\)"
)
_HEAD = re.compile(
    r"(?:Caused by: |Exception in thread \"[^\"]*\" )?"
    r"(?<![\w.$])(?P<type>(?:[a-z_][\w]*\.)+[A-Z][\w$]*)(?:: (?P<message>.*))?$"
)
_LIBRARY = re.compile(
    r"^(?:javax?|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.(?:springframework|apache|hibernate|junit|eclipse)"
    r"|io\.netty|reactor|com\.amazonaws|lambdainternal)\."
)


def read(lines: Sequence[str]) -> Trace | None:
    """The root cause: the last `Caused by`, or the only exception."""
    frame_lines = [at for at, line in enumerate(lines) if _FRAME.match(line)]
    if not frame_lines:
        return None
    heads = [
        (at, found)
        for at, line in enumerate(lines)
        if at < frame_lines[-1] and not line.lstrip().startswith(("at ", "Suppressed"))
        if (found := _HEAD.search(line))
    ]
    if not heads:
        return None
    at, head = heads[-1]
    frames: list[Frame] = []
    for line in lines[at + 1 :]:
        if not (found := _FRAME.match(line)):
            if line.lstrip().startswith("... ") or frames:
                break
            continue
        frames.append(_frame(found))
    return Trace("java", head["type"], (head["message"] or "").strip(), tuple(reversed(frames)))


def _frame(found: re.Match[str]) -> Frame:
    call = found["call"]
    owner, _, _method = call.rpartition(".")
    package = owner.rpartition(".")[0].replace(".", "/")
    file = found["file"] or f"{owner.rpartition('.')[2]}.java"
    path = f"{package}/{file}" if package else file
    line = int(found["line"]) if found["line"] else None
    return Frame(path, line, call, not _LIBRARY.search(call))
