"""What becomes of a batch of stream records that failed: split, tried again, or given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One Kinesis record; `arrived` is ApproximateArrivalTimestamp."""

    sequence_number: str
    partition_key: str
    data: bytes
    arrived: datetime

    def age(self) -> float:
        """Seconds since it arrived in the stream."""
        return (datetime.now(UTC) - self.arrived).total_seconds()


@dataclass(frozen=True, slots=True)
class Lot:
    """Records that are delivered together, in order; `failures` counts the deliveries that failed."""

    records: tuple[StreamRecord, ...]
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`done` records are behind us, `given_up` follow them as dead letters, `left` are to be delivered."""

    done: tuple[StreamRecord, ...] = ()
    given_up: Lot | None = None
    left: tuple[Lot, ...] = ()


def after_delivery(lot: Lot, failed: frozenset[str], *, bisect: bool, maximum_retries: int) -> Verdict:
    """Judge a delivery by the sequence numbers that failed; -1 retries are endless.

    The lowest failed record is the checkpoint: it and everything after it is delivered again, as a new
    lot. Without progress a lot is halved (AUTOMATIC_BISECT, which costs no retry) or counted as failed.
    Source: EventBridge Pipes and Lambda developer guides, batch item failures of stream sources.
    """
    numbers = [record.sequence_number for record in lot.records]
    first = min((numbers.index(number) for number in failed), default=len(numbers))
    if first == len(numbers):
        return Verdict(done=lot.records)
    if first > 0:
        return Verdict(done=lot.records[:first], left=(Lot(lot.records[first:]),))
    if bisect and len(numbers) > 1:
        middle = len(numbers) // 2
        halves = (lot.records[:middle], lot.records[middle:])
        return Verdict(left=tuple(Lot(half, lot.failures) for half in halves))
    again = replace(lot, failures=lot.failures + 1)
    if 0 <= maximum_retries < again.failures:
        return Verdict(given_up=again)
    return Verdict(left=(again,))


def after_expiry(lot: Lot, maximum_age: float) -> Verdict:
    """Give up the records at the head that are older than `maximum_age` seconds; -1 is no limit."""
    if maximum_age < 0:
        return Verdict(left=(lot,))
    fresh = next((n for n, each in enumerate(lot.records) if each.age() <= maximum_age), len(lot.records))
    if fresh == 0:
        return Verdict(left=(lot,))
    rest = lot.records[fresh:]
    left = (replace(lot, records=rest),) if rest else ()
    return Verdict(given_up=replace(lot, records=lot.records[:fresh]), left=left)
