"""Events on their way: batches, order, retries, dead letters, and when all is through."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.local.functions.host import FunctionHost
from infra.local.functions.spec import FunctionSpec, InvokeResult, TooManyRequests
from infra.local.pump.checkpoints import Checkpoints
from infra.local.pump.kinesis_pipe import KinesisPipe, PipeSource
from infra.local.pump.pump import wait_all_idle
from infra.local.pump.sqs_mapping import MappingSource, SqsMapping

pytestmark = pytest.mark.loopback
ROOT = Path(__file__).parents[2]
HANDLERS = "tests.integration.functions_fixture.handlers"
STREAM = "logs"
STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/logs"


@dataclass
class Aws:
    """The emulator, emptied for each test."""

    url: str
    clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self.clients:
            session = boto3.Session("test", "test", region_name="eu-central-1")
            self.clients[service] = session.client(service, endpoint_url=self.url)  # type: ignore[call-overload]
        return self.clients[service]

    def put(self, *texts: str, key: str = "key") -> None:
        for text in texts:
            self.client("kinesis").put_record(StreamName=STREAM, Data=text.encode(), PartitionKey=key)

    def queue(self, name: str, **attributes: str) -> str:
        return str(self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def arn(self, url: str) -> str:
        answer = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(answer["Attributes"]["QueueArn"])

    def send(self, url: str, *bodies: str) -> None:
        for body in bodies:
            self.client("sqs").send_message(QueueUrl=url, MessageBody=body)

    def bodies(self, url: str) -> list[str]:
        answer = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]


@dataclass
class Target:
    """A function in this process: keeps the texts of each batch, and answers by `judge`."""

    judge: Callable[[list[str]], Any] = lambda _: None
    batches: list[list[str]] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def invoke(self, name: str, payload: bytes) -> InvokeResult:
        assert name == "target"
        event = json.loads(payload)
        self.events.append(event)
        texts = [item["body"] for item in event["Records"]] if isinstance(event, dict) else decoded(event)
        self.batches.append(texts)
        answer = self.judge(texts)
        if isinstance(answer, InvokeResult):
            return answer
        return InvokeResult(200, json.dumps(answer).encode())


def decoded(event: list[dict[str, Any]]) -> list[str]:
    return [base64.b64decode(item["data"]).decode() for item in event]


def raises(_: list[str]) -> InvokeResult:
    return InvokeResult(200, b"{}", function_error="Unhandled")


@pytest.fixture(name="emulator", scope="module")
def _emulator() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request otherwise
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(name="aws")
def _aws(emulator: str) -> Iterator[Aws]:
    aws = Aws(emulator)
    aws.client("kinesis").create_stream(StreamName=STREAM, ShardCount=1)
    yield aws
    aws.client("kinesis").delete_stream(StreamName=STREAM)
    for url in aws.client("sqs").list_queues().get("QueueUrls", []):
        aws.client("sqs").delete_queue(QueueUrl=url)
    for client in aws.clients.values():
        client.close()


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


def run_mapping(aws: Aws, target: Target, url: str, **parameters: Any) -> SqsMapping:
    mapping = SqsMapping(aws.client, target, "target", MappingSource(url, **parameters))
    with mapping:
        assert mapping.wait_idle(10)
    return mapping


def test_a_mapping_delivers_lambdas_shape_and_deletes_what_succeeded(aws: Aws) -> None:
    url = aws.queue("work")
    target = Target()
    aws.client("sqs").send_message(
        QueueUrl=url,
        MessageBody="hello",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}},
    )

    run_mapping(aws, target, url)

    ((record,),) = (event["Records"] for event in target.events)
    assert (record["body"], record["eventSource"]) == ("hello", "aws:sqs")
    assert record["eventSourceARN"] == "arn:aws:sqs:eu-central-1:123456789012:work"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdigit()
    assert record["messageAttributes"]["kind"]["stringValue"] == "greeting"
    assert record["messageId"]
    assert aws.bodies(url) == []


def test_failed_messages_come_again_and_then_go_to_the_dead_letter_queue(aws: Aws) -> None:
    dead = aws.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": aws.arn(dead), "maxReceiveCount": 2})
    url = aws.queue("work", VisibilityTimeout="1", RedrivePolicy=redrive)
    aws.send(url, "good", "bad")
    target = Target()

    def judge(_: list[str]) -> dict[str, Any]:
        bad = [each for each in target.events[-1]["Records"] if each["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in bad]}

    target.judge = judge

    run_mapping(aws, target, url)

    texts = [text for batch in target.batches for text in batch]
    assert sorted(texts) == ["bad", "bad", "good"]
    assert aws.bodies(dead) == ["bad"]


def test_a_mapping_is_not_idle_while_a_message_is_in_flight(aws: Aws) -> None:
    url = aws.queue("work", VisibilityTimeout="60")
    aws.send(url, "bad")
    with SqsMapping(aws.client, Target(raises), "target", MappingSource(url)) as mapping:
        assert not mapping.wait_idle(0.7)
        assert not mapping.idle()


def test_batch_size_limits_a_delivery_of_messages(aws: Aws) -> None:
    url = aws.queue("work")
    aws.send(url, *"abc")
    target = Target()

    run_mapping(aws, target, url, batch_size=1)

    assert [len(batch) for batch in target.batches] == [1, 1, 1]


def test_without_partial_responses_the_list_of_failures_is_ignored(aws: Aws) -> None:
    url = aws.queue("work", VisibilityTimeout="60")
    aws.send(url, "a")
    target = Target(lambda _: {"batchItemFailures": [{"itemIdentifier": ""}]})

    run_mapping(aws, target, url, function_response_types=())

    assert target.batches == [["a"]]


def test_a_pump_survives_an_upstream_that_is_gone_and_says_why(aws: Aws) -> None:
    url = aws.queue("work")
    with SqsMapping(aws.client, Target(), "target", MappingSource(url)) as mapping:
        assert mapping.wait_idle(10)
        aws.client("sqs").delete_queue(QueueUrl=url)
        deadline = time.monotonic() + 5
        while not mapping.failure and time.monotonic() < deadline:
            time.sleep(0.02)
        failure = mapping.failure
        aws.queue("work")
        assert mapping.wait_idle(10)

    assert "NonExistentQueue" in failure
    assert mapping.failure == ""


def test_a_chain_of_real_functions_is_idle_only_at_its_end(aws: Aws) -> None:
    url = aws.queue("work")
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    first = FunctionSpec(
        "first",
        f"{HANDLERS}.hand_on",
        timeout_s=20,
        region="eu-central-1",
        environment={"AWS_ENDPOINT_URL": aws.url, "QUEUE": url, **credentials},
    )
    seen: list[str] = []
    with FunctionHost(ROOT, lambda _group, _stream, messages: seen.extend(messages)) as host:
        host.deploy(first)
        host.deploy(FunctionSpec("second", f"{HANDLERS}.say", timeout_s=20))
        pipe = KinesisPipe(aws.client, host, "first", PipeSource(STREAM, batch_size=2))
        mapping = SqsMapping(aws.client, host, "second", MappingSource(url))
        with pipe, mapping:
            aws.put(*"abc")
            assert wait_all_idle([pipe, mapping], 20)

    assert sorted(line for line in seen if line.startswith("said")) == ["said a\n", "said b\n", "said c\n"]
