"""Whether a test failed for the logged reason: the same exception, out of the same frame of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lambda_image.domain.events import Frame
from lambda_image.steps.reading.read_trace import find_trace
from lambda_image.steps.traces import Trace

# Go and Rust know one kind of panic: there the first words of its message tell one from another.
UNTYPED = ("panic", "fatal error")
WORDS = 3
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'|`[^`]*`|<\w+>|\d+")
# Python's names for a part of a function, which not every version keeps.
_PART = re.compile(r"<(?:listcomp|setcomp|dictcomp|genexpr|lambda)>$")


def same_failure(log: str, exception_type: str, traces: Iterable[Trace]) -> bool:
    """Whether one of the traces has the logged exception and ends where the logged one does."""
    logged = find_trace(log.splitlines())
    kind, message = _bare(exception_type), logged.message if logged else ""
    frame, deepest = (_deepest(logged) if logged else None), _deepest
    if logged and frame is None:
        # No frame of the program was logged: of a library that is the repository itself all are foreign.
        frame, deepest = _last(logged), _last
    return any(
        _bare(trace.exception_type) == kind
        and (kind not in UNTYPED or _words(trace.message) == _words(message))
        and (frame is None or _same_frame(frame, deepest(trace)))
        for trace in traces
    )


def where(log: str) -> str:
    """The function that the log names, for people."""
    logged = find_trace(log.splitlines())
    frame = _deepest(logged) if logged else None
    return _function(frame) if frame and frame.function else "the same function"


def _deepest(trace: Trace) -> Frame | None:
    """The last call in the program itself; of what was logged and of what the sandbox ran alike."""
    own = [frame for frame in trace.frames if frame.in_app and not _PART.search(frame.function or "")]
    return own[-1] if own else None


def _last(trace: Trace) -> Frame | None:
    return trace.frames[-1] if trace.frames else None


def _same_frame(one: Frame, other: Frame | None) -> bool:
    if other is None or (one.file and other.file and _file(one) != _file(other)):
        return False
    # The line says it too: jest, with its maps of what it compiled, names the function that was called there.
    placed = bool(one.file and other.file and one.line) and one.line == other.line
    if one.function and other.function:
        return placed or _function(one) == _function(other)
    return one.line == other.line


def _file(frame: Frame) -> str:
    return frame.file.replace("\\", "/").rpartition("/")[2]


def _function(frame: Frame) -> str:
    name = re.sub(r"::h[0-9a-f]{16}$|\(.*\)$|::\{\{closure\}\}.*$|\.func\d+.*$", "", frame.function or "")
    return re.split(r"::|->|[.#\\]", name)[-1]


def _bare(name: str | None) -> str:
    return re.split(r"[.\\]|::", name or "")[-1]


def _words(message: str) -> list[str]:
    return _VALUE.sub("", message.split("\n", maxsplit=1)[0]).split()[:WORDS]
