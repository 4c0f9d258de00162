"""Records on their way: batches, order, retries, dead letters."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from infra.local.functions.spec import TooManyRequests
from infra.local.pump.checkpoints import Checkpoints
from infra.local.pump.kinesis_pipe import KinesisPipe, PipeSource
from tests.integration.pump.emulator import STREAM, Aws, Target, raises

pytestmark = pytest.mark.loopback
STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"


def run_pipe(aws: Aws, target: Target, timeout: float = 10, **parameters: Any) -> KinesisPipe:
    """Deliver everything that is in the stream."""
    pipe = KinesisPipe(aws.client, target, "target", PipeSource(STREAM, **parameters))
    with pipe:
        assert pipe.wait_idle(timeout)
        assert pipe.idle()
    return pipe


class SometimesFailing:
    """Reports `texts` as failed, each the first `times` times."""

    def __init__(self, aws: Aws, *texts: str, times: int = 1) -> None:
        self.left = dict.fromkeys(texts, times)
        records = aws.client("kinesis")
        iterator = records.get_shard_iterator(
            StreamName=STREAM, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = records.get_records(ShardIterator=iterator)["Records"]
        self.numbers = {record["Data"].decode(): record["SequenceNumber"] for record in found}

    def __call__(self, batch: list[str]) -> dict[str, Any]:
        failed = [text for text in batch if self.left.get(text, 0) > 0]
        for text in failed:
            self.left[text] -= 1
        return {"batchItemFailures": [{"itemIdentifier": self.numbers[text]} for text in failed]}


def test_a_pipe_delivers_a_bare_list_as_kinesis_records(aws: Aws) -> None:
    target = Target()
    aws.put("one")

    run_pipe(aws, target)

    ((record,),) = target.events
    arrived = record.pop("approximateArrivalTimestamp")
    assert time.time() - 10 < arrived <= time.time()
    assert record == {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": "key",
        "sequenceNumber": "1",
        "data": base64.b64encode(b"one").decode(),
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": "shardId-000000000000:1",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/tracemend-pipe",
        "awsRegion": "eu-central-1",
        "eventSourceARN": STREAM_ARN,
    }


def test_batches_are_in_order_and_of_the_size_asked_for(aws: Aws) -> None:
    target = Target()
    aws.put(*"abcdefg")

    run_pipe(aws, target, batch_size=3)

    assert target.batches == [["a", "b", "c"], ["d", "e", "f"], ["g"]]


def test_a_window_collects_what_comes_one_by_one(aws: Aws) -> None:
    target = Target()
    source = PipeSource(STREAM, batch_size=3, maximum_batching_window_in_seconds=1.5)
    with KinesisPipe(aws.client, target, "target", source) as pipe:
        aws.put("a")
        time.sleep(0.2)
        aws.put("b")
        assert pipe.wait_idle(10)

    assert target.batches == [["a", "b"]]


def test_a_partial_failure_starts_again_at_the_lowest_failed_record(aws: Aws) -> None:
    aws.put(*"abcd")
    target = Target(SometimesFailing(aws, "d", "b"))

    run_pipe(aws, target)

    assert target.batches == [["a", "b", "c", "d"], ["b", "c", "d"]]


def test_an_unknown_identifier_repeats_the_whole_batch(aws: Aws) -> None:
    aws.put(*"ab")
    answers = [{"batchItemFailures": [{"itemIdentifier": "unknown"}]}, None]
    target = Target(lambda _: answers.pop(0))

    run_pipe(aws, target)

    assert target.batches == [["a", "b"], ["a", "b"]]


def test_bisecting_isolates_a_poison_record(aws: Aws) -> None:
    aws.put(*"abcdefgh")
    dead = aws.queue("dead")
    target = Target(lambda batch: raises(batch) if "f" in batch else None)

    pipe = run_pipe(
        aws,
        target,
        on_partial_batch_item_failure="AUTOMATIC_BISECT",
        maximum_retry_attempts=1,
        dead_letter_url=dead,
    )

    assert [batch for batch in target.batches if "f" not in batch] == [list("abcd"), ["e"], ["g", "h"]]
    assert target.batches.count(["f"]) == 2
    (letter,) = map(json.loads, aws.bodies(dead))
    assert letter["context"] == {
        "partnerResourceArn": "arn:aws:pipes:eu-central-1:123456789012:pipe/tracemend",
        "condition": "RetryAttemptsExhausted",
    }
    info = letter["KinesisBatchInfo"]
    assert (info["startSequenceNumber"], info["endSequenceNumber"], info["batchSize"]) == ("6", "6", 1)
    assert (info["shardId"], info["streamArn"]) == ("shardId-000000000000", STREAM_ARN)
    assert info["approximateArrivalOfFirstRecord"].endswith("Z")
    assert pipe.given_up == 1


def test_without_bisecting_the_whole_batch_is_given_up_and_the_next_one_comes(aws: Aws) -> None:
    aws.put(*"abcd")
    target = Target(lambda batch: raises(batch) if "a" in batch else None)

    pipe = run_pipe(aws, target, batch_size=2, maximum_retry_attempts=2)

    assert target.batches == [["a", "b"]] * 3 + [["c", "d"]]
    assert pipe.given_up == 2


def test_records_that_are_too_old_go_to_the_dead_letters_unseen(aws: Aws) -> None:
    dead = aws.queue("dead")
    target = Target()
    aws.put("a", "b")
    time.sleep(1.2)
    aws.put("c")

    run_pipe(aws, target, maximum_record_age_in_seconds=1, dead_letter_url=dead)

    assert target.batches == [["c"]]
    (letter,) = map(json.loads, aws.bodies(dead))
    assert letter["context"]["condition"] == "RecordAgeExceeded"
    assert letter["KinesisBatchInfo"]["batchSize"] == 2


def test_a_throttled_delivery_costs_no_retry(aws: Aws) -> None:
    aws.put("a")
    refusals = [TooManyRequests("Rate Exceeded.")] * 3

    def judge(_: list[str]) -> None:
        if refusals:
            raise refusals.pop()

    target = Target(judge)

    pipe = run_pipe(aws, target, maximum_retry_attempts=0)

    assert target.batches == [["a"]] * 4
    assert pipe.given_up == 0


def test_checkpoints_in_a_file_outlive_the_pipe(aws: Aws, tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.json"
    target = Target()
    for texts in ("ab", "c"):
        aws.put(*texts)
        pipe = KinesisPipe(aws.client, target, "target", PipeSource(STREAM), Checkpoints(path))
        with pipe:
            assert pipe.wait_idle(10)

    assert target.batches == [["a", "b"], ["c"]]


def test_from_latest_only_new_records_come(aws: Aws) -> None:
    target = Target()
    aws.put("old")
    with KinesisPipe(aws.client, target, "target", PipeSource(STREAM, "LATEST")) as pipe:
        aws.put("new")
        assert pipe.wait_idle(10)

    assert target.batches == [["new"]]


def test_a_failing_shard_does_not_hold_up_the_others(aws: Aws) -> None:
    aws.client("kinesis").delete_stream(StreamName=STREAM)
    aws.client("kinesis").create_stream(StreamName=STREAM, ShardCount=2)
    keys = ["1", "2", "3", "4", "5", "6"]
    shards = {
        key: aws.client("kinesis").put_record(StreamName=STREAM, Data=key.encode(), PartitionKey=key)[
            "ShardId"
        ]
        for key in keys
    }
    assert len(set(shards.values())) == 2
    stuck = [key for key in keys if shards[key] == shards["1"]]
    others = [key for key in keys if key not in stuck]
    target = Target(lambda batch: raises(batch) if "1" in batch else None)

    with KinesisPipe(aws.client, target, "target", PipeSource(STREAM, batch_size=1)) as pipe:
        assert not pipe.wait_idle(1)

    assert [batch for batch in target.batches if batch != ["1"]] == [[key] for key in others]
    assert target.batches.count(["1"]) > 1
