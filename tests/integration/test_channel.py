"""The channel behind a real SNS topic and SQS queue on loopback."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.local.channel.inbox import Arrival, Channel, DroppedMessage, Message, subscribed_queue
from tests.unit.channel.notes import note, threaded

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

pytestmark = pytest.mark.loopback
WAIT = 20.0


@dataclass(frozen=True)
class Topic:
    """A topic with a channel's queue behind it."""

    sns: SNSClient
    sqs: SQSClient
    arn: str
    queue_url: str

    def publish(self, message: str) -> str:
        return self.sns.publish(TopicArn=self.arn, Message=message)["MessageId"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def topic(endpoint: str, request: pytest.FixtureRequest) -> Iterator[Topic]:
    session = boto3.Session("testing", "testing", region_name="eu-west-1")
    sns: SNSClient = session.client("sns", endpoint_url=endpoint)
    sqs: SQSClient = session.client("sqs", endpoint_url=endpoint)
    name = request.node.name
    arn = sns.create_topic(Name=name)["TopicArn"]
    yield Topic(sns, sqs, arn, subscribed_queue(sns, sqs, arn, name))
    sns.close()
    sqs.close()


def test_published_messages_are_shown_in_their_threads(topic: Topic) -> None:
    with Channel(topic.sqs, topic.queue_url) as channel:
        for message in (threaded("a", title="one"), threaded("a", title="two"), note()):
            topic.publish(message)
        assert channel.wait_for(3, WAIT)

    first, second = channel.threads
    assert first.top.notification.title == "one"
    assert [reply.notification.title for reply in first.replies] == ["two"]
    assert second.top.notification.description == "d"
    assert channel.dropped == ()
    assert channel.failure == ""


def test_a_publish_that_sns_accepts_may_still_be_dropped(topic: Topic) -> None:
    with Channel(topic.sqs, topic.queue_url) as channel:
        sns_id = topic.publish(note({"title": "x" * 251}))
        topic.publish("plain text")
        assert channel.wait_for_drops(2, WAIT)

    assert channel.messages == ()
    assert channel.dropped[0].sns_id == sns_id
    assert channel.dropped[0].reasons == ("content.title: 251 characters, at most 250",)
    assert channel.dropped[1].body == "plain text"


def test_two_publishes_of_one_id_are_two_messages(topic: Topic) -> None:
    with Channel(topic.sqs, topic.queue_url) as channel:
        topic.publish(note(id="x"))
        topic.publish(note(id="x"))
        assert channel.wait_for(2, WAIT)

    assert [each.is_repeat for each in channel.messages] == [False, True]


def test_one_publish_delivered_twice_is_one_message(topic: Topic) -> None:
    envelope = {
        "Type": "Notification",
        "MessageId": "m",
        "Timestamp": "2026-11-23T08:35:00Z",
        "Message": note(id="x"),
    }
    with Channel(topic.sqs, topic.queue_url) as channel:
        for _ in range(2):
            topic.sqs.send_message(QueueUrl=topic.queue_url, MessageBody=json.dumps(envelope))
        topic.publish(note(id="y"))
        assert channel.wait_for(2, WAIT)

    assert sorted(each.notification.id for each in channel.messages) == ["x", "y"]


def test_raw_delivery_is_dropped(topic: Topic) -> None:
    with Channel(topic.sqs, topic.queue_url) as channel:
        topic.sqs.send_message(QueueUrl=topic.queue_url, MessageBody=note())
        assert channel.wait_for_drops(1, WAIT)

    assert "raw message delivery" in channel.dropped[0].reasons[0]


def test_each_arrival_is_announced_once_it_is_visible(topic: Topic) -> None:
    announced: queue.Queue[tuple[Arrival, int]] = queue.Queue()
    channel = Channel(
        topic.sqs, topic.queue_url, lambda arrival: announced.put((arrival, len(channel.arrivals)))
    )
    with channel:
        topic.publish(note())
        first, visible = announced.get(timeout=WAIT)
        topic.publish("{}")
        second, _ = announced.get(timeout=WAIT)

    assert isinstance(first, Message)
    assert visible == 1
    assert isinstance(second, DroppedMessage)


def test_the_queue_is_empty_afterwards(topic: Topic) -> None:
    with Channel(topic.sqs, topic.queue_url) as channel:
        topic.publish(note())
        assert channel.wait_for(1, WAIT)

    counts = topic.sqs.get_queue_attributes(QueueUrl=topic.queue_url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "0"
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_it_recovers_when_the_queue_comes_late(topic: Topic) -> None:
    missing = topic.queue_url + "-late"
    announced: list[Arrival] = []
    with Channel(topic.sqs, missing, announced.append) as channel:
        assert not channel.wait_for(1, timeout=0.3)
        assert "NonExistentQueue" in channel.failure
        subscribed_queue(topic.sns, topic.sqs, topic.arn, missing.rsplit("/", 1)[1])
        topic.publish(note())
        assert channel.wait_for(1, WAIT)

    assert channel.failure == ""
    assert announced == list(channel.arrivals)
