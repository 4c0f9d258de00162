"""The envelope in which SNS puts a message for a queue (raw message delivery off)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime


class NotAnEnvelope(ValueError):
    """The queue's message did not come from SNS, or came with raw message delivery on."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The fields that a channel uses: Amazon SNS Developer Guide, "HTTP/HTTPS notification JSON format"."""

    message_id: str
    timestamp: datetime
    message: str
    subject: str = ""


def unwrap(body: str) -> Envelope:
    """Read an SQS message body; raises NotAnEnvelope."""
    try:
        fields = json.loads(body)
        kind = fields["Type"]
        envelope = Envelope(
            message_id=str(fields["MessageId"]),
            timestamp=datetime.fromisoformat(fields["Timestamp"]),
            message=str(fields["Message"]),
            subject=str(fields.get("Subject") or ""),
        )
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise NotAnEnvelope("not an SNS envelope; is raw message delivery on?") from error
    if kind != "Notification":
        raise NotAnEnvelope(f"an SNS message of type {kind!s:.40}, not a notification")
    return envelope
