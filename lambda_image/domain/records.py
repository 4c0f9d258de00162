"""Log records as they leave the transport, before anyone has read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

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


@dataclass(frozen=True, slots=True, eq=False)
class Records(Sequence[LogRecord]):
    """Records of one stream without extracted fields; each is made when it is looked at, and few are."""

    log_group: str
    log_stream: str
    timestamps: Sequence[int]
    ids: Sequence[str]
    messages: Sequence[str]

    def __len__(self) -> int:
        return len(self.messages)

    @overload
    def __getitem__(self, at: int) -> LogRecord: ...

    @overload
    def __getitem__(self, at: slice) -> Records: ...

    def __getitem__(self, at: int | slice) -> LogRecord | Records:
        each = self.log_group, self.log_stream
        if isinstance(at, slice):
            return Records(*each, self.timestamps[at], self.ids[at], self.messages[at])
        return LogRecord(*each, self.timestamps[at], self.ids[at], self.messages[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One transport record, decoded.

    `id` is what the transport calls the record in `batchItemFailures`; `control` counts the events
    of a CONTROL_MESSAGE, which are acknowledged and carry no logs. `content` names what is in it, by the
    ids of its log events: the same events have the same name in whatever record they come again. `stream`
    names whose log events they are; both are empty where one of them has no id of its own.
    """

    id: str
    records: Sequence[LogRecord]
    control: int = 0
    content: str = ""
    stream: str = ""

    @property
    def mark(self) -> str:
        """The name under which it is counted once."""
        return self.content or self.id


@dataclass(frozen=True, slots=True)
class UndecodedDelivery:
    """A transport record that could not be decoded, and why; it is reported as failed."""

    id: str
    reason: str
