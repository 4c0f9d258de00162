"""Log records that the Pipe gave up, read from an emulated stream again and given to the real `intake`."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.local.functions.loopback import LoopbackServer, QuietHandler
from infra.local.pump.lots import StreamRecord
from infra.local.pump.pipe_events import Origin, dead_letter
from lambda_image.intake import take_in
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from tests.fakes.clock import FixedClock
from tests.fakes.events import START
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryQueue
from tests.integration.test_replay import REGION, tracemend

__all__ = ["tracemend"]
STREAM = "logs"


def batch(number: int) -> bytes:
    """A log batch with one error of its own."""
    message = f"ERROR {('Key', 'Index', 'Type', 'Value', 'Name')[number]}Error: not found"
    event = {"id": str(number), "timestamp": START, "message": message}
    body = {"messageType": "DATA_MESSAGE", "logGroup": "/ecs/shop", "logStream": "s", "logEvents": [event]}
    return gzip.compress(json.dumps(body).encode(), mtime=0)


class Deployment:
    """A stream with five batches, a dead-letter queue, and `intake` behind the Invoke API."""

    def __init__(self) -> None:
        self.broken = False
        self.events: list[Any] = []
        self.ledger, self.incidents = MemoryLedger(FixedClock(START)), MemoryQueue()
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        kinesis: Any = boto3.client("kinesis", region_name=REGION)
        kinesis.create_stream(StreamName=STREAM, ShardCount=1)
        self.arn = kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]["StreamARN"]
        self.dead = self.sqs.create_queue(QueueName="pipe-dead")["QueueUrl"]
        put = [kinesis.put_record(StreamName=STREAM, Data=batch(at), PartitionKey="p") for at in range(5)]
        self.shard = put[0]["ShardId"]
        self.numbers = [each["SequenceNumber"] for each in put]

    def bury(self, *numbers: str) -> None:
        """What the Pipe writes when it gives records up."""
        now = datetime.now(UTC)
        records = [StreamRecord(number, "p", b"", now) for number in numbers]
        letter = dead_letter(records, Origin(self.arn, self.shard, "pipe", "role"), "RetryAttemptsExhausted")
        self.sqs.send_message(QueueUrl=self.dead, MessageBody=letter)

    def left(self) -> int:
        """Dead letters that can be received now."""
        return len(self.sqs.receive_message(QueueUrl=self.dead, MaxNumberOfMessages=10).get("Messages", []))

    def invoke(self, event: Any) -> Any:
        """What the function answers."""
        self.events.append(event)
        if self.broken:
            return {"batchItemFailures": [{"itemIdentifier": event[0]["sequenceNumber"]}]}
        taken = take_in(
            event, IntakePolicy(), Recognition(MemoryIdentities(self.ledger)), self.ledger, self.incidents
        )
        return {"batchItemFailures": [{"itemIdentifier": each} for each in taken.failed]}


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """One deployment, emulated but for its function."""
    with mock_aws():
        made = Deployment()

        class Api(QuietHandler):
            """The Invoke API of Lambda."""

            def respond(self) -> None:
                """Answer as the function does."""
                assert self.path == "/2015-03-31/functions/tracemend-intake/invocations"
                self.answer(200, json.dumps(made.invoke(json.loads(self.body()))).encode())

        server = LoopbackServer(Api, "invoke")
        monkeypatch.setenv("AWS_REGION", REGION)
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://{server.address}")
        yield made
        server.close()


REPLAY = ("replay", "--pipe", "pipe-dead", "--function", "tracemend-intake", "--yes")
pytestmark = pytest.mark.loopback


def test_the_records_of_a_dead_letter_are_taken_in_once(deployment: Deployment, tracemend: Any) -> None:
    deployment.bury(*deployment.numbers[1:4])
    code, said, _ = tracemend(*REPLAY, "--json")
    (row,) = [json.loads(line) for line in said.splitlines()]

    assert (code, row["kind"], row["sent_back"], row["found"]) == (0, "log records", True, 3)
    assert row["subject"] == f"3 of {deployment.shard} from {deployment.numbers[1]}"
    assert [item["sequenceNumber"] for item in deployment.events[0]] == deployment.numbers[1:4]
    assert base64.b64decode(deployment.events[0][0]["data"]) == batch(1)
    assert len(deployment.incidents.sent) == 3
    assert deployment.left() == 0

    deployment.bury(*deployment.numbers[1:4])
    tracemend(*REPLAY)
    assert deployment.ledger.tally().records == 3


def test_what_intake_refuses_again_stays(deployment: Deployment, tracemend: Any) -> None:
    deployment.broken = True
    deployment.bury(*deployment.numbers[:2])
    code, _, told = tracemend(*REPLAY)

    assert code == 1
    assert "2 of 2 sent, 0 no longer in the stream, 1 refused again" in told
    assert deployment.left() == 1


def test_records_that_the_stream_has_lost_are_said_and_the_letter_stays(
    deployment: Deployment, tracemend: Any
) -> None:
    gone = str(int(deployment.numbers[-1]) + 7)
    deployment.bury(deployment.numbers[-1], gone)
    code, _, told = tracemend(*REPLAY)

    assert code == 1
    assert "1 of 2 sent, 1 no longer in the stream" in told
    assert deployment.left() == 1
    assert len(deployment.incidents.sent) == 1


def test_a_letter_of_another_kind_is_left_alone(deployment: Deployment, tracemend: Any) -> None:
    deployment.sqs.send_message(QueueUrl=deployment.dead, MessageBody="what is this")
    code, _, told = tracemend(*REPLAY)

    assert code == 1
    assert "no dead letter of a Pipe" in told
    assert (deployment.left(), deployment.events) == (1, [])


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--queue", "a", "--pipe", "b", "--function", "c"),
        ("--pipe", "b"),
        ("--queue", "a", "--function", "c"),
    ],
)
def test_one_thing_is_replayed_at_a_time(tracemend: Any, arguments: tuple[str, ...]) -> None:
    code, _, told = tracemend("replay", *arguments)

    assert code == 2
    assert "--queue, --pipe" in told
