"""Messages for the channel's tests, as they come off the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.channel.envelope import Envelope
from infra.local.channel.inbox import Arrival, Message, judged

BEGAN = datetime(2026, 11, 23, 8, 35, tzinfo=UTC)


def note(content: dict[str, Any] | None = None, **fields: Any) -> str:
    """A valid message, with these content fields and top-level fields put over it."""
    document = {"version": "1.0", "source": "custom", "content": {"description": "d", **(content or {})}}
    return json.dumps(document | fields)


def threaded(thread: str, **content: Any) -> str:
    """A valid message in a thread."""
    return note(content, metadata={"threadId": thread, "summary": f"Summary of {thread}"})


def arrived(*messages: str) -> tuple[Arrival, ...]:
    """What a channel makes of these messages, one a minute."""
    arrivals: list[Arrival] = []
    for number, message in enumerate(messages):
        shown = tuple(each for each in arrivals if isinstance(each, Message))
        envelope = Envelope(f"sns-{number}", BEGAN + timedelta(minutes=number), message)
        arrivals.append(judged(envelope, shown))
    return tuple(arrivals)
