"""Killing a function at any of its calls to the outside, and knowing what the outside has seen."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.local.functions.faults import Call, FaultPlan, Moment
from infra.local.functions.host import FunctionHost
from infra.local.functions.loopback import LoopbackServer, QuietHandler
from infra.local.functions.spec import FunctionSpec
from infra.local.functions.tap import Tap, operation

pytestmark = pytest.mark.loopback
ROOT = Path(__file__).parents[3]
HANDLERS = "tests.integration.functions_fixture.handlers"
ITEMS = json.dumps(["a", "b", "c"]).encode()


@dataclass
class Door:
    """An upstream that remembers who knocked."""

    url: str = ""
    knocks: list[str] = field(default_factory=list)


@pytest.fixture(name="door")
def _door() -> Iterator[Door]:
    door = Door()

    class Handler(QuietHandler):
        def respond(self) -> None:
            door.knocks.append(self.body().decode())
            self.answer(200, f"opened {self.path}".encode())

    server = LoopbackServer(Handler, "door")
    door.url = f"http://{server.address}"
    yield door
    server.close()


@pytest.fixture(name="plan")
def _plan() -> FaultPlan:
    return FaultPlan()


@pytest.fixture(name="host")
def _host(door: Door, plan: FaultPlan) -> Iterator[FunctionHost]:
    with FunctionHost(ROOT, faults=plan, tapped=[door.url]) as host:
        host.deploy(FunctionSpec("batch", f"{HANDLERS}.batch", timeout_s=10, environment={"DOOR": door.url}))
        yield host


def test_a_clean_run_lists_every_call(host: FunctionHost, plan: FaultPlan, door: Door) -> None:
    result = host.invoke("batch", ITEMS)
    host.invoke("batch", b'["d"]')

    assert json.loads(result.payload) == ["opened /a", "opened /b", "opened /c"]
    assert door.knocks == ["a", "b", "c", "d"]
    assert plan.calls == (
        Call("batch", 1, 1, "Door.a"),
        Call("batch", 1, 2, "Door.b"),
        Call("batch", 1, 3, "Door.c"),
        Call("batch", 2, 4, "Door.d"),
    )


@pytest.mark.parametrize(
    ("kill", "seen"),
    [
        (("before", 1, ""), []),
        (("after", 1, ""), ["a"]),
        (("before", 3, ""), ["a", "b"]),
        (("after", 3, ""), ["a", "b", "c"]),
        (("before", 1, "Door.b"), ["a"]),
        (("after", 1, "Door.b"), ["a", "b"]),
    ],
)
def test_the_kill_comes_exactly_where_it_was_asked_for(
    host: FunctionHost, plan: FaultPlan, door: Door, kill: tuple[Moment, int, str], seen: list[str]
) -> None:
    fault = plan.kill("batch", *kill)

    killed = host.invoke("batch", ITEMS)

    assert killed.function_error == "Unhandled"
    assert json.loads(killed.payload)["errorMessage"].endswith("error: signal: killed")
    assert door.knocks == seen
    assert [each for each, _ in plan.struck] == [fault]

    again = host.invoke("batch", ITEMS)

    assert again.function_error == ""
    assert door.knocks == [*seen, "a", "b", "c"]


def test_a_kill_can_wait_for_a_certain_invocation(host: FunctionHost, plan: FaultPlan, door: Door) -> None:
    plan.kill("batch", "before", 2, invocation=2)

    errors = [host.invoke("batch", ITEMS).function_error for _ in range(3)]

    assert errors == ["", "Unhandled", ""]
    assert door.knocks == ["a", "b", "c", "a", "a", "b", "c"]


def test_other_functions_live_on(host: FunctionHost, plan: FaultPlan, door: Door) -> None:
    host.deploy(FunctionSpec("other", f"{HANDLERS}.batch", timeout_s=10, environment={"DOOR": door.url}))
    plan.kill("batch", "before", 1)

    assert host.invoke("other", ITEMS).function_error == ""
    assert host.invoke("batch", ITEMS).function_error == "Unhandled"


def test_a_cleared_plan_counts_from_one_and_kills_nobody(host: FunctionHost, plan: FaultPlan) -> None:
    host.invoke("batch", b'["x"]')
    plan.kill("batch", "before", 1)
    plan.clear()

    assert host.invoke("batch", b'["y"]').function_error == ""
    assert [(call.index, call.operation) for call in plan.calls] == [(1, "Door.y")]


def test_operations_are_named_as_their_protocol_names_them() -> None:
    assert operation("POST", "/", "DynamoDB_20120810.PutItem", b"{}") == "DynamoDB_20120810.PutItem"
    assert operation("POST", "/", "", b"Action=Publish&TopicArn=x") == "Action=Publish"
    assert operation("POST", "/", "", b"TopicArn=x&Action=Publish") == "Action=Publish"
    assert operation("PUT", "/bucket/key?x-id=PutObject", "", b"body") == "PUT /bucket/key"


def test_real_clients_work_through_a_tap() -> None:
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    seen: list[str] = []
    tap = Tap(f"http://{host}:{port}", seen.append, lambda: None)
    try:
        session = boto3.Session("test", "test", region_name="us-east-1")
        s3 = session.client("s3", endpoint_url=tap.url)
        sqs = session.client("sqs", endpoint_url=tap.url)
        sns = session.client("sns", endpoint_url=tap.url)
        s3.create_bucket(Bucket="traces")
        s3.put_object(Bucket="traces", Key="one", Body=b"x" * 200_000)
        body = s3.get_object(Bucket="traces", Key="one")["Body"].read()
        s3.head_object(Bucket="traces", Key="one")
        s3.delete_object(Bucket="traces", Key="one")
        queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="hello")
        message = sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"]
        topic = sns.create_topic(Name="topic")["TopicArn"]
        sns.publish(TopicArn=topic, Message="hello")
        for client in (s3, sqs, sns):
            client.close()
    finally:
        tap.close()
        moto.stop()

    assert (len(body), message) == (200_000, "hello")
    assert seen == [
        "PUT /traces",
        "PUT /traces/one",
        "GET /traces/one",
        "HEAD /traces/one",
        "DELETE /traces/one",
        "AmazonSQS.CreateQueue",
        "AmazonSQS.SendMessage",
        "AmazonSQS.ReceiveMessage",
        "Action=CreateTopic",
        "Action=Publish",
    ]


def test_a_streamed_answer_arrives_as_it_comes() -> None:
    class Stream(QuietHandler):
        def respond(self) -> None:
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (b"first", b"second"):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")

    server = LoopbackServer(Stream, "stream")
    tap = Tap(f"http://{server.address}", lambda _: None, lambda: None)
    try:
        connection = http.client.HTTPConnection(tap.url.removeprefix("http://"))
        connection.request("GET", "/")
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
    finally:
        tap.close()
        server.close()

    assert answer.getheader("Transfer-Encoding") == "chunked"
    assert text == b"firstsecond"
