"""Log records as they leave the transport, before anyone has read them."""

from __future__ import annotations

from dataclasses import dataclass

# What stands in place of a log group for messages that are no log events, and for the lines of a file.
SNS, EVENTBRIDGE, SQS, FILE = "sns", "events", "sqs", "file"
NO_LOG_GROUPS = frozenset({SNS, EVENTBRIDGE, SQS, FILE})


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One log event of CloudWatch Logs.

    `timestamp` is in milliseconds since the epoch; `id` is stable across redelivery. `extracted` are the
    fields that the subscription's pattern took out of the message, and its system fields.
    """

    log_group: str
    log_stream: str
    timestamp: int
    id: str
    message: str
    extracted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One transport record, decoded.

    `id` is what the transport calls the record in `batchItemFailures`; `control` counts the events
    of a CONTROL_MESSAGE, which are acknowledged and carry no logs. `content` names what is in it, by the
    ids of its log events: the same events have the same name in whatever record they come again.
    """

    id: str
    records: tuple[LogRecord, ...]
    control: int = 0
    content: str = ""

    @property
    def mark(self) -> str:
        """The name under which it is counted once."""
        return self.content or self.id


@dataclass(frozen=True, slots=True)
class UndecodedDelivery:
    """A transport record that could not be decoded, and why; it is reported as failed."""

    id: str
    reason: str
