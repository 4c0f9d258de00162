"""The receiving end of the topic: polls its own queue and sorts what came into threads and drops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.channel.envelope import Envelope, NotAnEnvelope, unwrap
from infra.local.channel.mrkdwn import pings
from infra.local.channel.schema import CustomNotification, Dropped, check

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

POLL_SECONDS = 1  # one long poll; also the longest that `stop` waits
BACK_OFF_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Message:
    """One message that people see. `sns_id` differs for each publish, `notification.id` is the sender's.

    `body` is the text as it was published.
    `is_repeat`: an earlier message had the same `notification.id`; it is shown all the same.
    """

    sns_id: str
    timestamp: datetime
    body: str
    notification: CustomNotification
    warnings: tuple[str, ...] = ()
    is_reply: bool = False
    is_repeat: bool = False

    @property
    def pings(self) -> tuple[str, ...]:
        """The mentions in it that would notify people."""
        return tuple(name for text in self.notification.texts for name in pings(text))


@dataclass(frozen=True, slots=True)
class DroppedMessage:
    """One message that nobody sees, with the reasons; `body` is the refused text."""

    sns_id: str
    timestamp: datetime
    body: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages of one threadId in order of arrival; a message without threadId is a thread by itself."""

    top: Message
    replies: tuple[Message, ...] = ()


Arrival = Message | DroppedMessage


def subscribed_queue(sns: SNSClient, sqs: SQSClient, topic_arn: str, name: str) -> str:
    """Create a queue that gets all messages of the topic, enveloped; returns its URL."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return url


class Channel:
    """Collects from `queue_url` in a thread of its own, between `start` and `stop` or inside `with`.

    `on_arrival` is called in that thread, after the arrival is visible here; it must not raise.
    """

    def __init__(
        self, sqs_client: SQSClient, queue_url: str, on_arrival: Callable[[Arrival], None] | None = None
    ) -> None:
        self._sqs = sqs_client
        self._queue_url = queue_url
        self._on_arrival = on_arrival
        self._changed = threading.Condition()
        self._arrivals: list[Arrival] = []
        self._failure = ""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Everything that came, shown or dropped, in order of arrival."""
        with self._changed:
            return tuple(self._arrivals)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What people see, in order of arrival."""
        return tuple(each for each in self.arrivals if isinstance(each, Message))

    @property
    def dropped(self) -> tuple[DroppedMessage, ...]:
        """What nobody sees, in order of arrival."""
        return tuple(each for each in self.arrivals if isinstance(each, DroppedMessage))

    @property
    def threads(self) -> tuple[Thread, ...]:
        """What people see, grouped."""
        return grouped(self.messages)

    @property
    def failure(self) -> str:
        """Why the last poll failed; empty when it did not."""
        return self._failure

    def start(self) -> None:
        """Begin to poll."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="channel", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the polling; what has come stays readable. May be called twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wait_for(self, count: int, timeout: float) -> bool:
        """Whether at least `count` messages are shown within `timeout` seconds; drops do not count."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.messages) >= count, timeout)

    def wait_for_drops(self, count: int, timeout: float) -> bool:
        """Whether at least `count` messages have been dropped within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.dropped) >= count, timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._poll()
                self._failure = ""
            except (BotoCoreError, ClientError) as error:
                self._failure = str(error)
                self._stopping.wait(BACK_OFF_SECONDS)

    def _poll(self) -> None:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=POLL_SECONDS
        )
        for message in answer.get("Messages", []):
            self._receive(message["Body"], message["MessageId"])
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])

    def _receive(self, body: str, queue_id: str) -> None:
        arrival = self._judge(body, queue_id)
        with self._changed:
            if any(each.sns_id == arrival.sns_id for each in self._arrivals):
                return  # the queue delivered one publish twice; a second publish has another id
            self._arrivals.append(arrival)
            self._changed.notify_all()
        if self._on_arrival is not None:
            self._on_arrival(arrival)

    def _judge(self, body: str, queue_id: str) -> Arrival:
        try:
            envelope = unwrap(body)
        except NotAnEnvelope as error:
            return DroppedMessage(queue_id, datetime.now(UTC), body, (str(error),))
        return judged(envelope, self.messages)


def judged(envelope: Envelope, earlier: tuple[Message, ...]) -> Arrival:
    """What the channel makes of one message, given those that it shows already."""
    verdict = check(envelope.message)
    if isinstance(verdict, Dropped):
        return DroppedMessage(envelope.message_id, envelope.timestamp, envelope.message, verdict.reasons)
    new = verdict.notification
    return Message(
        envelope.message_id,
        envelope.timestamp,
        envelope.message,
        new,
        verdict.warnings,
        is_reply=bool(new.thread_id) and any(new.thread_id == old.notification.thread_id for old in earlier),
        is_repeat=bool(new.id) and any(new.id == old.notification.id for old in earlier),
    )


def grouped(messages: tuple[Message, ...]) -> tuple[Thread, ...]:
    """Threads in the order of their first messages."""
    threads: dict[str, list[Message]] = {}
    for message in messages:
        threads.setdefault(message.notification.thread_id or message.sns_id, []).append(message)
    return tuple(Thread(first, tuple(rest)) for first, *rest in threads.values())
