"""The Pipe's dead letters: they say where records are in the stream, which keeps them for a day.

So they are read there again, and handed to `intake` as the Pipe would. A record has the same id as before,
and the ledger counts a delivery once: to send one again that had been taken does no harm.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import InputRefused, PermanentError
from lambda_image.domain.operations import LostBatch, Reread

# As the Pipe cuts batches; ten records of 1 MiB are more than an invocation takes, so bytes count too.
AT_ONCE = 10
LARGEST_EVENT = 5 * 1024 * 1024
# GetRecords may give nothing before the tip of a shard: Kinesis Data Streams API Reference.
EMPTY_READS = 20
Raw = dict[str, Any]


class LostRecords:
    """Reads from Kinesis, and invokes the function `intake`."""

    def __init__(self, kinesis: Any, functions: Any, function: str, retry: Retry) -> None:
        self._kinesis = kinesis
        self._functions = functions
        self._function = function
        self._retry = retry

    def again(self, batch: LostBatch) -> Reread:
        """Send to `intake` what the stream still has of it. Raises PermanentError or TransientError."""
        found = refused = 0
        for records in _lots(self._read(batch), batch):
            found += len(records)
            refused += len(self._invoke(records))
        return Reread(found, refused)

    def _read(self, batch: LostBatch) -> Iterator[Raw]:
        iterator = self._iterator(batch)
        empty = 0
        while iterator and empty < EMPTY_READS:
            answer = self._asked(
                "GetRecords", "get_records", StreamARN=batch.stream_arn, ShardIterator=iterator
            )
            for record in answer["Records"]:
                if int(record["SequenceNumber"]) > int(batch.last):
                    return
                yield record
                if record["SequenceNumber"] == batch.last:
                    return
            empty = 0 if answer["Records"] else empty + 1
            iterator = answer.get("NextShardIterator")
            if not answer["Records"] and not answer.get("MillisBehindLatest"):
                return

    def _iterator(self, batch: LostBatch) -> str:
        place = {"StreamARN": batch.stream_arn, "ShardId": batch.shard}
        kind = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": batch.first}
        return str(self._asked("GetShardIterator", "get_shard_iterator", **place, **kind)["ShardIterator"])

    def _invoke(self, records: list[Raw]) -> list[Any]:
        payload = json.dumps(records).encode()
        answer = self._asked(
            "Invoke of intake", "invoke", self._functions, FunctionName=self._function, Payload=payload
        )
        body = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise PermanentError(f"{self._function} failed. Its log says why")
        return list((json.loads(body) or {}).get("batchItemFailures", []))

    def _asked(self, what: str, method: str, client: Any = None, **request: Any) -> Any:
        def once() -> Any:
            with translated(what):
                return getattr(client or self._kinesis, method)(**request)

        return self._retry(once)


def lost_batch(body: str) -> LostBatch:
    """What a dead letter of a Pipe names. Raises InputRefused for any other message."""
    try:
        told = json.loads(body)["KinesisBatchInfo"]
        return LostBatch(
            stream_arn=str(told["streamArn"]),
            shard=str(told["shardId"]),
            first=str(int(told["startSequenceNumber"])),
            last=str(int(told["endSequenceNumber"])),
            count=int(told["batchSize"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputRefused("this is no dead letter of a Pipe from Kinesis") from error


def place(batch: LostBatch) -> str:
    """Where it is, for people."""
    return f"{batch.count} of {batch.shard} from {batch.first}"


def _lots(records: Iterator[Raw], batch: LostBatch) -> Iterator[list[Raw]]:
    """Events for `intake`, small enough to be invoked with."""
    lot: list[Raw] = []
    size = 0
    for record in records:
        item = _item(record, batch)
        if lot and (len(lot) == AT_ONCE or size + len(item["data"]) > LARGEST_EVENT):
            yield lot
            lot, size = [], 0
        lot.append(item)
        size += len(item["data"])
    if lot:
        yield lot


def _item(record: Raw, batch: LostBatch) -> Raw:
    """A record as a Pipe gives it: EventBridge User Guide, "Amazon Kinesis stream as a source"."""
    return {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{batch.shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "awsRegion": batch.stream_arn.split(":")[3],
        "eventSourceARN": batch.stream_arn,
    }
