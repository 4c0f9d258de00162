"""Go panics: the goroutine that panicked comes first, its newest call on top."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace, number

_HEAD = re.compile(r"(?:http: )?(?P<type>panic|fatal error)(?: serving \S+)?: (?P<message>.*)$")
_GOROUTINE = re.compile(r"goroutine \d+ [\w=]* ?\[")
_PLACE = re.compile(
    r"\s+(?P<file>\S.{0,500}?\.(?:go|s|c|goc)):(?P<line>\d+)(?: \+0x[0-9a-f]+)?(?: fp=.*)?\s*$"
)
_SPAWNED = re.compile(r"created by (?P<function>.+?)(?: in goroutine \d+)?$")
# Go's own packages have no dot in the first part of their path, but those below GOPATH, whose root has the same
# name, and those in vendor.
_LIBRARY = re.compile(
    r"/go/src/(?![\w-]+\.[\w.-]+/)|/pkg/mod/|/libexec/src/|^runtime/|/vendor/[\w-]+\.[\w.-]+/"
)
_PROGRAM = "main."


def read(lines: Sequence[str]) -> Trace | None:
    """The panic with the stacks of all goroutines; only frames of the first one are in the application.

    The others merely waited, each time elsewhere; they tell how the program stood, not where it broke.
    """
    frames: list[Frame] = []
    goroutines = 0
    for at, line in enumerate(lines):
        if _GOROUTINE.match(line):
            goroutines += 1
        elif at and (place := _PLACE.match(line)) and (function := _function(lines[at - 1])):
            file = place["file"]
            own = goroutines <= 1 and (function.startswith(_PROGRAM) or not _LIBRARY.search(file))
            frames.append(Frame(file, number(place["line"]), function, own))
    if not frames and not goroutines:
        return None
    head = next((at for at, line in enumerate(lines) if _HEAD.match(line)), None)
    kind, message = (None, "") if head is None else _said(lines, head)
    return Trace("go", kind, message, tuple(reversed(frames)))


def _said(lines: Sequence[str], at: int) -> tuple[str | None, str]:
    """Type and message in this line; further lines of the message are set in by a tab."""
    head = _HEAD.match(lines[at])
    if head is None:
        return None, ""
    more = takewhile(lambda line: line.startswith("\t") and not _HEAD.match(line.strip()), lines[at + 1 :])
    first = re.sub(r" \[recovered.*\]$", "", head["message"])
    return head["type"], "\n".join([first, *(line.removeprefix("\t") for line in more)])


def _function(line: str) -> str | None:
    """The call's name: `main.(*Pool).Run(0xc4, 0x2)` is `main.(*Pool).Run`."""
    text = line.strip()
    if found := _SPAWNED.match(text):
        return found["function"]
    if text.endswith(")"):
        text = text[: text.rfind("(")]
    return text if text and " " not in text and not text.endswith(":") else None
