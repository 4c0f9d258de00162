"""Reads one shard in order and keeps what has been read until it is delivered."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from infra.local.pump.lots import Lot, StreamRecord

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import RecordTypeDef

StartingPosition = Literal["TRIM_HORIZON", "LATEST"]
READ_LIMIT = 10_000  # GetRecords gives at most as many


class Shard:
    """A position in a shard, the records read ahead of it, and the lots that are being delivered."""

    def __init__(self, kinesis: KinesisClient, stream_arn: str, shard_id: str) -> None:
        self.shard_id = shard_id
        self.lots: deque[Lot] = deque()
        self.not_before = 0.0  # monotonic; while a delivery is backing off
        self._kinesis = kinesis
        self._stream_arn = stream_arn
        self._iterator = ""
        self._starting_position: StartingPosition = "TRIM_HORIZON"
        self._read_to = ""
        self._ahead: list[StreamRecord] = []
        self._window_opened = 0.0
        self._at_tip = False

    def open(self, starting_position: StartingPosition, checkpoint: str | None) -> None:
        """Go to the record after the checkpoint, or without one to TRIM_HORIZON or LATEST."""
        self.lots.clear()
        self._ahead.clear()
        self._read_to = checkpoint or ""
        self._starting_position = starting_position
        self._iterator = self._iterator_at(self._read_to)

    def read(self, count: int) -> None:
        """Read ahead until `count` records are there."""
        missing = count - len(self._ahead)
        if missing <= 0:
            return
        try:
            answer = self._kinesis.get_records(
                ShardIterator=self._iterator, Limit=min(missing, READ_LIMIT), StreamARN=self._stream_arn
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExpiredIteratorException":
                raise
            self._iterator = self._iterator_at(self._read_to)
            return
        self._iterator = answer["NextShardIterator"]
        if not self._ahead:
            self._window_opened = time.monotonic()
        self._ahead += map(_record, answer["Records"])
        if self._ahead:
            self._read_to = self._ahead[-1].sequence_number
        self._at_tip = not answer["Records"] and not answer.get("MillisBehindLatest")

    def ready(self, count: int, window: float) -> Sequence[StreamRecord]:
        """The next records, once there are `count` or `window` seconds have passed since the first."""
        full = len(self._ahead) >= count
        if full or time.monotonic() >= self._window_opened + window:
            return self._ahead[:count]
        return ()

    def take(self, count: int) -> None:
        """Make a lot of the next `count` records."""
        self.lots.append(Lot(tuple(self._ahead[:count])))
        del self._ahead[:count]
        self._window_opened = time.monotonic()

    def age(self, checkpoint: str | None) -> float:
        """Seconds since the first record behind the checkpoint arrived; 0 where there is none."""
        iterator = self._iterator_at(checkpoint or "")
        answer = self._kinesis.get_records(ShardIterator=iterator, Limit=1, StreamARN=self._stream_arn)
        return max((_record(each).age() for each in answer["Records"]), default=0.0)

    @property
    def drained(self) -> bool:
        """Whether nothing is left: not delivered, not read, not in the shard at the last look."""
        return self._at_tip and not self._ahead and not self.lots

    def _iterator_at(self, behind: str) -> str:
        if not behind:
            answer = self._kinesis.get_shard_iterator(
                StreamARN=self._stream_arn,
                ShardId=self.shard_id,
                ShardIteratorType=self._starting_position,
            )
        else:
            answer = self._kinesis.get_shard_iterator(
                StreamARN=self._stream_arn,
                ShardId=self.shard_id,
                ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                StartingSequenceNumber=behind,
            )
        return answer["ShardIterator"]


def _record(read: RecordTypeDef) -> StreamRecord:
    return StreamRecord(
        read["SequenceNumber"], read["PartitionKey"], read["Data"], read["ApproximateArrivalTimestamp"]
    )
