"""The JSON of an EventBridge Pipe from Kinesis: what the target gets, and what its dead-letter queue gets."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.functions.spec import SYNC_LIMIT
from infra.local.pump.lots import StreamRecord


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch comes from."""

    stream_arn: str
    shard_id: str
    pipe_arn: str
    role_arn: str


def batch_event(records: Sequence[StreamRecord], origin: Origin) -> bytes:
    """A bare list, also for one record, with base64 `data` at the top level of each item."""
    return json.dumps(
        [
            {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record.partition_key,
                "sequenceNumber": record.sequence_number,
                "data": base64.b64encode(record.data).decode(),
                "approximateArrivalTimestamp": record.arrived.timestamp(),
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": f"{origin.shard_id}:{record.sequence_number}",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": origin.role_arn,
                "awsRegion": origin.stream_arn.split(":")[3],
                "eventSourceARN": origin.stream_arn,
            }
            for record in records
        ]
    ).encode()


def fitting(records: Sequence[StreamRecord], origin: Origin) -> int:
    """How many records from the first fit into one synchronous invocation; at least one."""
    size = 2
    for number, record in enumerate(records):
        size += len(batch_event([record], origin))
        if size > SYNC_LIMIT and number:
            return number
    return len(records)


def dead_letter(records: Sequence[StreamRecord], origin: Origin, condition: str) -> str:
    """Where the records are, not the records themselves: they can be read from the stream again."""
    return json.dumps(
        {
            "context": {"partnerResourceArn": origin.pipe_arn, "condition": condition},
            "version": "1.0",
            "timestamp": _iso(datetime.now(UTC)),
            "KinesisBatchInfo": {
                "shardId": origin.shard_id,
                "startSequenceNumber": records[0].sequence_number,
                "endSequenceNumber": records[-1].sequence_number,
                "approximateArrivalOfFirstRecord": _iso(records[0].arrived),
                "approximateArrivalOfLastRecord": _iso(records[-1].arrived),
                "batchSize": len(records),
                "streamArn": origin.stream_arn,
            },
        }
    )


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
