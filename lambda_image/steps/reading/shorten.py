"""An event cut down to what a queue and a table take; the beginning and the end say most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.events import ErrorEvent, Frame, RedactedEvent
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact

# A CloudWatch log event may have 1 MB; a DynamoDB item takes 400 KB, and what an incident needs is far less.
LINES_BYTES, CONTEXT_BYTES = 120_000, 30_000
LINE_HEAD, LINE_TAIL = 3_000, 1_000
MESSAGE, PLACE = 2_000, 500
# A character takes at most so many bytes as JSON: two escapes of half a surrogate pair each.
ESCAPED = 12
FRAMES = 100
# What a frame takes as JSON beside what stands in the lines anyway.
BYTES_OF_A_FRAME = 100
# So many characters are redacted beyond what is kept: a secret that were cut here would have to be as long.
BEYOND = 40_000
LINES_LEFT_OUT, LEFT_OUT = "[lines left out]", " [characters left out] "


def presentable(event: ErrorEvent, rules: Rulebook = RULEBOOK) -> RedactedEvent:
    """The event without secrets and short; of a huge one only what can be kept is redacted at all."""
    return shorten(redact(_within_reach(event), rules))


def _within_reach(event: ErrorEvent) -> ErrorEvent:
    return replace(
        event,
        message=event.message[: MESSAGE + BEYOND],
        frames=tuple(_place(frame, PLACE + BEYOND) for frame in _outer_and_inner(event.frames)),
        lines=_ends(event.lines, LINES_BYTES),
        context=_ends(event.context, CONTEXT_BYTES),
    )


def _ends(lines: Sequence[str], kept: int) -> tuple[str, ...]:
    """The first and the last lines with what is kept of them, and all that lies less than BEYOND from it."""
    short = [_line(line, LINE_HEAD + BEYOND, LINE_TAIL + BEYOND) for line in lines]
    costs = [len(line) for line in short]
    head, tail = _count(costs, kept + BEYOND), _count(costs[::-1], kept + BEYOND)
    if head + tail >= len(short):
        return tuple(short)
    return (*short[:head], LINES_LEFT_OUT, *short[len(short) - tail :])


def shorten(event: RedactedEvent) -> RedactedEvent:
    """The same event, at most about 200 KB as JSON; redaction comes first, as half a secret is none."""
    return replace(
        event,
        message=_line(event.message, MESSAGE, 0),
        frames=tuple(_place(frame, PLACE) for frame in _outer_and_inner(event.frames)),
        lines=_fitting(event.lines, LINES_BYTES),
        context=_fitting(event.context, CONTEXT_BYTES),
    )


def _outer_and_inner(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    return (*frames[: FRAMES // 4], *frames[FRAMES // 4 :][-FRAMES * 3 // 4 :])


def _place(frame: Frame, length: int) -> Frame:
    if len(frame.file) <= length and len(frame.function or "") <= length:
        return frame
    return replace(frame, file=frame.file[-length:], function=frame.function and frame.function[:length])


def bytes_at_most(characters: int) -> int:
    """What a short event with lines of so many characters takes as JSON, whatever stands before them."""
    fixed = CONTEXT_BYTES + MESSAGE * ESCAPED + FRAMES * BYTES_OF_A_FRAME
    return min(characters * ESCAPED, LINES_BYTES) + fixed


def _fitting(lines: Sequence[str], room: int) -> tuple[str, ...]:
    """The first lines in a quarter of the room, the last ones in the rest."""
    short = [_line(line, LINE_HEAD, LINE_TAIL) for line in lines]
    if sum(len(line) * ESCAPED + 2 for line in short) <= room:
        return tuple(short)
    costs = [len(json.dumps(line)) for line in short]
    if sum(costs) <= room:
        return tuple(short)
    head = _count(costs, room // 4)
    tail = _count(costs[head:][::-1], room - room // 4)
    return (*short[:head], LINES_LEFT_OUT, *short[len(short) - tail :])


def _count(costs: Sequence[int], room: int) -> int:
    for number, cost in enumerate(costs):
        room -= cost
        if room < 0:
            return number
    return len(costs)


def _line(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return text
    return text[:head] + LEFT_OUT + text[len(text) - tail :]
