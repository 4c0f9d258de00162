"""A Kinesis stream to a function, as an EventBridge Pipe does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infra.local.functions.spec import Invoker, InvokeRefused, TooManyRequests
from infra.local.pump.checkpoints import Checkpoints
from infra.local.pump.failures import failed_items
from infra.local.pump.lots import Lot, Verdict, after_delivery, after_expiry
from infra.local.pump.pipe_events import Origin, batch_event, dead_letter, fitting
from infra.local.pump.pump import Pump
from infra.local.pump.shard import Shard, StartingPosition
from infra.local.resources import Client

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_sqs import SQSClient

BACK_OFF_SECONDS = 0.05
LONGEST_BACK_OFF_SECONDS = 1.0
RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class PipeSource:
    """PipeSourceKinesisStreamParameters with their defaults; `name` is the pipe's.

    `dead_letter_url` stands for DeadLetterConfig.Arn; without one, records that are given up are
    only counted. -1 is "no limit".
    """

    stream_name: str
    starting_position: StartingPosition = "TRIM_HORIZON"
    batch_size: int = 100
    maximum_batching_window_in_seconds: float = 0
    maximum_retry_attempts: int = -1
    maximum_record_age_in_seconds: float = -1
    on_partial_batch_item_failure: Literal["", "AUTOMATIC_BISECT"] = ""
    dead_letter_url: str = ""
    name: str = "tracemend"

    def origin(self, stream_arn: str, shard_id: str) -> Origin:
        """What a pipe of this name, in the stream's account and Region, says of itself."""
        _, _, _, region, account, _ = stream_arn.split(":", 5)
        pipe_arn = f"arn:aws:pipes:{region}:{account}:pipe/{self.name}"
        return Origin(stream_arn, shard_id, pipe_arn, f"arn:aws:iam::{account}:role/{self.name}-pipe")


class KinesisPipe(Pump):
    """Delivers the records of each shard in order; shards take turns, and one that fails holds up no other.

    The shards are those that the stream has at `start`. `given_up` counts the records that were discarded.
    """

    def __init__(
        self,
        client: Client,
        invoker: Invoker,
        function_name: str,
        source: PipeSource,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        super().__init__(f"pipe-{function_name}")
        self.given_up = 0
        self._kinesis: KinesisClient = client("kinesis")
        self._sqs: SQSClient = client("sqs")
        self._invoker = invoker
        self._function_name = function_name
        self._source = source
        self._stream_arn = ""
        self._checkpoints = checkpoints or Checkpoints()
        self._shards: list[Shard] = []

    def start(self) -> None:
        """Begin behind the checkpoints, or at the starting position of this moment. Raises ClientError."""
        described = self._kinesis.describe_stream_summary(StreamName=self._source.stream_name)
        arn = self._stream_arn = described["StreamDescriptionSummary"]["StreamARN"]
        found = self._kinesis.list_shards(StreamARN=arn)["Shards"]
        self._shards = [Shard(self._kinesis, arn, each["ShardId"]) for each in found]
        for shard in self._shards:
            checkpoint = self._checkpoints.get(shard.shard_id)
            shard.open(self._source.starting_position, checkpoint)
        super().start()

    def step(self) -> int:
        """Read and deliver at most one lot of each shard; how many records are done with."""
        return sum(self._advance(shard) for shard in self._shards)

    def is_drained(self) -> bool:
        """Whether all shards have been delivered to their tips."""
        return all(shard.drained for shard in self._shards)

    def iterator_age(self) -> float:
        """Seconds since the oldest record arrived that is not done with, else 0; any thread may ask."""
        return max((shard.age(self._checkpoints.get(shard.shard_id)) for shard in self._shards), default=0.0)

    def _advance(self, shard: Shard) -> int:
        if time.monotonic() < shard.not_before:
            return 0
        if not shard.lots:
            shard.read(self._source.batch_size)
            records = shard.ready(self._source.batch_size, self._source.maximum_batching_window_in_seconds)
            if not records:
                return 0
            shard.take(fitting(records, self._source.origin(self._stream_arn, shard.shard_id)))
        lot = shard.lots[0]
        expired = after_expiry(lot, self._source.maximum_record_age_in_seconds)
        if expired.given_up:
            return self._settle(shard, expired, TOO_OLD)
        return self._settle(shard, self._deliver(shard, lot), RETRIES_EXHAUSTED)

    def _deliver(self, shard: Shard, lot: Lot) -> Verdict:
        """Invoke once. A throttled delivery did not reach the function, so it is no retry."""
        numbers = [record.sequence_number for record in lot.records]
        event = batch_event(lot.records, self._source.origin(self._stream_arn, shard.shard_id))
        try:
            failed = failed_items(self._invoker.invoke(self._function_name, event), numbers)
        except TooManyRequests:
            shard.not_before = time.monotonic() + BACK_OFF_SECONDS
            return Verdict(left=(lot,))
        except InvokeRefused as refusal:
            self.failure = f"{refusal.code}: {refusal}"
            failed = frozenset(numbers)
        if failed:
            wait = min(BACK_OFF_SECONDS * 2**lot.failures, LONGEST_BACK_OFF_SECONDS)
            shard.not_before = time.monotonic() + wait
        bisect = self._source.on_partial_batch_item_failure == "AUTOMATIC_BISECT"
        retries = self._source.maximum_retry_attempts
        return after_delivery(lot, failed, bisect=bisect, maximum_retries=retries)

    def _settle(self, shard: Shard, verdict: Verdict, condition: str) -> int:
        """Write down what a verdict says; the checkpoint moves last."""
        given_up = verdict.given_up.records if verdict.given_up else ()
        if given_up and self._source.dead_letter_url:
            body = dead_letter(given_up, self._source.origin(self._stream_arn, shard.shard_id), condition)
            self._sqs.send_message(QueueUrl=self._source.dead_letter_url, MessageBody=body)
        self.given_up += len(given_up)
        shard.lots.popleft()
        shard.lots.extendleft(reversed(verdict.left))
        finished = (*verdict.done, *given_up)
        if finished:
            self._checkpoints.put(shard.shard_id, finished[-1].sequence_number)
        return len(finished)
