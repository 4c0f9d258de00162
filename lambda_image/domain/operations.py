"""What an operator asks of queues: how deep they are, and what failed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """A queue by SQS's approximate counts; `dead` counts what lies in its dead-letter queue.

    `dead_letters` is that queue's address; both are None for a queue that has none.
    """

    url: str
    waiting: int
    in_flight: int
    delayed: int
    dead_letters: str | None
    dead: int | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that its function gave up.

    `kind` is "problem", "digest", "receipt", "log records" or "unknown", by its body; `subject` is the
    fingerprint or the place in the stream, where there is one. `receives` is SQS's count, this look included;
    `sent_at` is in milliseconds since the epoch.
    """

    id: str
    kind: str
    subject: str
    receives: int
    sent_at: int


@dataclass(frozen=True, slots=True)
class LostBatch:
    """Log records that the Pipe gave up, by their place in the stream; `count` is the Pipe's."""

    stream_arn: str
    shard: str
    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of a lost batch: records `found` in the stream, and those that `intake` `refused` again."""

    found: int
    refused: int
