"""Rust: a panic with its place, and with RUST_BACKTRACE a numbered backtrace, newest call first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace, number, split_place

_HEAD = re.compile(r"thread '[^']*'(?: \(\d+\))? panicked at (?P<rest>.+)$")
_OLD = re.compile(r"'(?P<message>.*)', (?P<place>\S.*:\d+:\d+)$")
_CALL = re.compile(r"\s*\d+:\s+(?:0x[0-9a-f]+ - )?(?P<function>\S.*?)(?:::h[0-9a-f]{16})?\s*$")
# What the compiler put into the function above it has no number of its own.
_INLINED = re.compile(r"\s{8,}(?P<function>\S.*?)(?:::h[0-9a-f]{16})?\s*$")
_PLACE = re.compile(r"\s+at (?P<file>\S.*?):(?P<line>\d+)(?::\d+)?$")
_BACKTRACE = re.compile(r"\s*[Ss]tack backtrace:")
_LIBRARY = re.compile(r"/rustc/|[/\\]\.cargo[/\\]registry[/\\]|[/\\]rustlib[/\\]|^\./(?:csu|nptl|sysdeps)/")
_STANDARD = re.compile(r"^<?(?:std|core|alloc|tokio|rust_begin_unwind|__libc|_start|main$|backtrace)\b")


def read(lines: Sequence[str]) -> Trace | None:
    """The panic; without a backtrace its one frame is the place it names."""
    start = next((at for at, line in enumerate(lines) if "panicked at" in line and _HEAD.search(line)), None)
    stack = next((at for at, line in enumerate(lines) if _BACKTRACE.match(line)), None)
    if start is None and stack is None:
        return None
    frames = _frames(lines[stack + 1 :]) if stack is not None else []
    if start is None:
        return Trace("rust", None, "", tuple(frames)) if any(frame.line for frame in frames) else None
    message, place = _head(lines, start)
    if not frames and place:
        file, line = place
        frames = [Frame(file, line, None, not _LIBRARY.search(file))]
    return Trace("rust", "panic", message, tuple(frames))


def _head(lines: Sequence[str], start: int) -> tuple[str, tuple[str, int] | None]:
    """Message and place: since 1.73 the message stands on the next line."""
    found = _HEAD.search(lines[start])
    rest = found["rest"].strip() if found else ""
    if old := _OLD.match(rest):
        return old["message"], split_place(old["place"])
    following = lines[start + 1].strip() if start + 1 < len(lines) else ""
    return following, split_place(rest.removesuffix(":"))


def _frames(lines: Sequence[str]) -> list[Frame]:
    frames: list[Frame] = []
    function: str | None = None
    for line in lines:
        if place := _PLACE.match(line):
            file = place["file"]
            frames.append(Frame(file, number(place["line"]), function, not _LIBRARY.search(file)))
            function = None
        elif found := _CALL.match(line) or _INLINED.match(line):
            if function:
                frames.append(Frame("", None, function, not _STANDARD.match(function)))
            function = found["function"]
        elif line.strip():
            break
    if function:
        frames.append(Frame("", None, function, not _STANDARD.match(function)))
    return frames[::-1]
