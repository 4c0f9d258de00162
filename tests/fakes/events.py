"""Errors and incidents for tests, each with a few fields of the test's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lambda_image.domain.events import ErrorEvent, Frame, RedactedEvent
from lambda_image.domain.identity import FingerprintRule
from lambda_image.domain.incident import Incident, Intake, Sighting
from lambda_image.steps.reading.fingerprint import decide
from lambda_image.steps.redact import redact

START = 1_790_000_000_000
TRACE = (
    "Traceback (most recent call last):",
    '  File "/var/task/shop/handler.py", line 14, in handle',
    "    return {'total': total(event['items'])}",
    '  File "/var/task/shop/pricing.py", line 9, in total',
    "    return sum(prices) / len(prices)",
    "ZeroDivisionError: division by zero",
)


def error_event(**changes: Any) -> ErrorEvent:
    """A Python error in a shop's pricing."""
    fields: dict[str, Any] = {
        "id": "event-1",
        "log_group": "/aws/lambda/shop",
        "log_stream": "2026/11/23/[$LATEST]abc",
        "timestamp": START,
        "kind": "exception",
        "language": "python",
        "exception_type": "ZeroDivisionError",
        "message": "division by zero",
        "frames": (
            Frame("/var/task/shop/handler.py", 14, "handle"),
            Frame("/var/task/shop/pricing.py", 9, "total"),
        ),
        "lines": TRACE,
        "context": ('INFO pricing {"items": []}',),
    }
    return ErrorEvent(**{**fields, **changes})


def redacted_event(**changes: Any) -> RedactedEvent:
    """The same, redacted."""
    return redact(error_event(**changes))


def incident(fingerprint: str = "v1-0123456789abcdef", **changes: Any) -> Incident:
    """An incident about that error."""
    return Incident(fingerprint, f"{fingerprint}-{START}", START, START, 1, redacted_event(**changes))


def intake(delivery: str = "d1", fingerprint: str = "v1-0123456789abcdef", **changes: Any) -> Intake:
    """A delivery with one sighting.

    `count`, `records`, `first_seen`, `named` and `suppressed` may be given.
    """
    seen = changes.get("first_seen", START)
    count = changes.get("count", 1)
    sighting = Sighting(
        fingerprint=fingerprint,
        count=count,
        records=changes.get("records", count),
        first_seen=seen,
        last_seen=changes.get("last_seen", seen),
        first=lambda: redacted_event(timestamp=seen),
        named=frozenset(changes.get("named", ())),
    )
    return Intake(delivery, (sighting,), changes.get("suppressed", ()))


def sighting(event: RedactedEvent, rules: tuple[FingerprintRule, ...] = ()) -> Sighting:
    """One occurrence, decided by its own fingerprint."""
    decision = decide(event, rules)
    seen = event.timestamp
    return Sighting(decision.fingerprint, 1, event.records, seen, seen, lambda: event, decision)


def said(message: str, group: str = "/aws/lambda/shop", **changes: Any) -> Sighting:
    """A message without type and trace."""
    fields = {"kind": "log", "exception_type": None, "frames": (), "lines": (message,), **changes}
    return sighting(redacted_event(message=message, log_group=group, **fields))


def with_frames(*functions: str, group: str = "/aws/lambda/shop", library: str = "") -> Sighting:
    """An error with a trace through these functions; the one called `library` is not in-app."""
    frames = tuple(Frame(f"/var/task/shop/{name}.py", 7, name, name != library) for name in functions)
    return sighting(redacted_event(frames=frames, log_group=group))


def batch_of(sightings: Sequence[Sighting], delivery: str = "d1") -> Intake:
    """A delivery of several sightings."""
    return Intake(delivery, tuple(sightings))
