"""Go panics: the goroutine that panicked comes first, its newest call on top."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace

_HEAD = re.compile(r"^(?P<type>panic|fatal error): (?P<message>.*)$")
_CALL = re.compile(r"^(?:created by )?(?P<function>[\w./*()$\-]+?)(?:\([^()]*\))?(?: in goroutine \d+)?$")
_PLACE = re.compile(r"^\s+(?P<file>\S+\.(?:go|s)):(?P<line>\d+)")
_LIBRARY = re.compile(r"/(?:usr/local/)?go/src/|/pkg/mod/|/libexec/src/|^runtime/")


def read(lines: Sequence[str]) -> Trace | None:
    """The panic and the stack of its goroutine."""
    at, head = next(((at, found) for at, line in enumerate(lines) if (found := _HEAD.match(line))), (0, None))
    goroutines = [number for number, line in enumerate(lines) if line.startswith("goroutine ")]
    if not goroutines:
        return None
    frames: list[Frame] = []
    for before, line in zip(lines[goroutines[0] :], lines[goroutines[0] + 1 :], strict=False):
        if not line.strip() or line.startswith("goroutine "):
            break
        if place := _PLACE.match(line):
            call = _CALL.match(before.strip())
            function = call["function"] if call else None
            file = place["file"]
            frames.append(Frame(file, int(place["line"]), function, not _LIBRARY.search(file)))
    message = re.sub(r" \[recovered\]$", "", head["message"]) if head and at <= goroutines[0] else ""
    return Trace("go", head["type"] if head else None, message, tuple(reversed(frames)))
