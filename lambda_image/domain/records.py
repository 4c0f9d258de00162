"""Log records as they leave the transport, before anyone has read them."""

from __future__ import annotations

from dataclasses import dataclass

# What stands in place of a log group for messages that are no log events.
SNS, EVENTBRIDGE, SQS = "sns", "events", "sqs"
NO_LOG_GROUPS = frozenset({SNS, EVENTBRIDGE, SQS})


@dataclass(frozen=True, slots=True)
class LogRecord:
    """One log event of CloudWatch Logs.

    `timestamp` is in milliseconds since the epoch; `id` is stable across redelivery.
    """

    log_group: str
    log_stream: str
    timestamp: int
    id: str
    message: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One transport record, decoded.

    `id` is what the transport calls the record in `batchItemFailures`; `control` counts the events
    of a CONTROL_MESSAGE, which are acknowledged and carry no logs.
    """

    id: str
    records: tuple[LogRecord, ...]
    control: int = 0


@dataclass(frozen=True, slots=True)
class UndecodedDelivery:
    """A transport record that could not be decoded, and why; it is reported as failed."""

    id: str
    reason: str
