"""An event cut down to what a queue and a table take; the beginning and the end say most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.events import RedactedEvent

# A CloudWatch log event may have 1 MB; a DynamoDB item takes 400 KB, and what an incident needs is far less.
LINES_BYTES, CONTEXT_BYTES = 120_000, 30_000
LINE_HEAD, LINE_TAIL = 3_000, 1_000
MESSAGE = 2_000
# A character takes at most so many bytes as JSON: two escapes of half a surrogate pair each.
ESCAPED = 12
FRAMES = 100


def shorten(event: RedactedEvent) -> RedactedEvent:
    """The same event, at most about 200 KB as JSON; redaction comes first, as half a secret is none."""
    return replace(
        event,
        message=_line(event.message, MESSAGE, 0),
        frames=(*event.frames[: FRAMES // 4], *event.frames[FRAMES // 4 :][-FRAMES * 3 // 4 :]),
        lines=_fitting(event.lines, LINES_BYTES),
        context=_fitting(event.context, CONTEXT_BYTES),
    )


def bytes_at_most(lines: Sequence[str]) -> int:
    """What a short event with these lines takes as JSON, whatever stands before them; less its frames."""
    return min(sum(map(len, lines)) * ESCAPED, LINES_BYTES) + CONTEXT_BYTES + MESSAGE * ESCAPED


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
    left_out = len(short) - head - tail
    return (*short[:head], f"[{left_out} lines left out]", *short[len(short) - tail :])


def _count(costs: Sequence[int], room: int) -> int:
    for number, cost in enumerate(costs):
        room -= cost
        if room < 0:
            return number
    return len(costs)


def _line(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return text
    left_out = f" [{len(text) - head - tail} characters left out] "
    return text[:head] + left_out + text[len(text) - tail :]
