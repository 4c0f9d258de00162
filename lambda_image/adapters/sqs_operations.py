"""Queues as an operator sees them: how deep they are, what failed, and the way back.

A failed message is received, sent and deleted, in this order, so that it is at every moment in at least one
of the two queues. `StartMessageMoveTask` would do without us, but shows nothing and stops at nothing.
"""

from __future__ import annotations

import json
from typing import Any

from lambda_image.adapters.aws import is_missing, translated
from lambda_image.adapters.pipe_operations import lost_batch, place
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import ConfigurationError, InputRefused, PermanentError
from lambda_image.domain.noise import Digest
from lambda_image.domain.operations import DeadLetter, QueueDepth
from lambda_image.domain.quiet import Morning
from lambda_image.wire import decode_work

# What is listed stays hidden from others for so long: time to read the list and to answer a question.
HIDDEN_SECONDS = 300
# Any wait makes it a long poll, which asks all of SQS's servers: an empty answer means an empty queue.
WAIT_SECONDS = 1
AT_ONCE = 10
COUNTS = ("", "NotVisible", "Delayed")
Raw = dict[str, Any]


class Queues:
    """The queues of one account and region."""

    def __init__(self, client: Any, retry: Retry) -> None:
        self._client = client
        self._retry = retry

    def depth(self, queue: str) -> QueueDepth:
        """How much lies in the queue with this address or name, and in its dead-letter queue.

        Raises ConfigurationError where there is none.
        """
        url = self._url(queue)
        attributes = self._attributes(url, "All")
        waiting, in_flight, delayed = (
            int(attributes.get(f"ApproximateNumberOfMessages{kind}", 0)) for kind in COUNTS
        )
        target = json.loads(attributes.get("RedrivePolicy", "{}")).get("deadLetterTargetArn", "")
        dead_letters = self._url(target.rpartition(":")[2]) if target else None
        dead = None
        if dead_letters:
            dead = int(self._attributes(dead_letters, "All")["ApproximateNumberOfMessages"])
        return QueueDepth(url, waiting, in_flight, delayed, dead_letters, dead)

    def dead_letters(self, url: str) -> DeadLetters:
        """The dead letters that lie there."""
        return DeadLetters(self._client, self._retry, url)

    def _url(self, queue: str) -> str:
        if queue.startswith(("http://", "https://")):
            return queue
        return str(self._asked("GetQueueUrl", queue, "get_queue_url", QueueName=queue)["QueueUrl"])

    def _attributes(self, url: str, *names: str) -> dict[str, str]:
        call = ("GetQueueAttributes", url, "get_queue_attributes")
        found = self._asked(*call, QueueUrl=url, AttributeNames=list(names))
        return dict(found.get("Attributes", {}))

    def _asked(self, what: str, queue: str, method: str, **request: Any) -> Any:
        def once() -> Any:
            with translated(f"SQS {what}"):
                return getattr(self._client, method)(**request)

        try:
            return self._retry(once)
        except PermanentError as error:
            if not is_missing(error):
                raise
            raise ConfigurationError(
                f"there is no queue {queue} here. Give its address as the AWS console shows it,"
                " and its region with --region or AWS_REGION"
            ) from error


class DeadLetters:
    """Some messages of one dead-letter queue, hidden from others until they are sent back or let go."""

    def __init__(self, client: Any, retry: Retry, url: str) -> None:
        self._client = client
        self._retry = retry
        self._url = url
        self._held: dict[str, Raw] = {}

    def take(self, limit: int) -> tuple[DeadLetter, ...]:
        """Receive until the queue is empty or `limit` are held. One that comes twice is held once."""
        while len(self._held) < limit:
            most = min(AT_ONCE, limit - len(self._held))
            messages = self._call("receive_message", **_receive(most)).get("Messages", [])
            if not messages:
                break
            self._held.update({message["MessageId"]: message for message in messages})
        return tuple(_letter(message) for message in self._held.values())

    def send_back(self, letter: DeadLetter, queue: str) -> None:
        """Send it to the queue with its attributes, then delete it here.

        If this dies in between, the message is in both queues and comes twice. That is harmless: the ledger's
        claim makes two messages of one task one piece of work, and receipts are a set.
        """
        message = self._held[letter.id]
        sent = {"MessageBody": message["Body"], "MessageAttributes": message.get("MessageAttributes", {})}
        self._call("send_message", queue, **sent)
        self.settle(letter)

    def body(self, letter: DeadLetter) -> str:
        """What it says."""
        return str(self._held[letter.id]["Body"])

    def settle(self, letter: DeadLetter) -> None:
        """Delete it here: its work is done, or is in another queue."""
        self._call("delete_message", ReceiptHandle=self._held[letter.id]["ReceiptHandle"])
        del self._held[letter.id]

    def let_go(self) -> None:
        """Show what is still held to others again, at once."""
        for message in self._held.values():
            handle = message["ReceiptHandle"]
            self._call("change_message_visibility", ReceiptHandle=handle, VisibilityTimeout=0)
        self._held.clear()

    def _call(self, method: str, queue: str = "", **request: Any) -> Any:
        def once() -> Any:
            with translated(f"SQS {method}"):
                return getattr(self._client, method)(QueueUrl=queue or self._url, **request)

        return self._retry(once)


def _receive(most: int) -> Raw:
    return {
        "MaxNumberOfMessages": most,
        "WaitTimeSeconds": WAIT_SECONDS,
        "VisibilityTimeout": HIDDEN_SECONDS,
        "MessageAttributeNames": ["All"],
        "MessageSystemAttributeNames": ["ApproximateReceiveCount", "SentTimestamp"],
    }


def _letter(message: Raw) -> DeadLetter:
    kind, subject = _content(message["Body"])
    system = message.get("Attributes", {})
    return DeadLetter(
        id=message["MessageId"],
        kind=kind,
        subject=subject,
        receives=int(system.get("ApproximateReceiveCount", 0)),
        sent_at=int(system.get("SentTimestamp", 0)),
    )


def _content(body: str) -> tuple[str, str]:
    """What a body is, and of which problem."""
    try:
        work = decode_work(body)
        if isinstance(work, Morning):
            return "end of quiet hours", work.quiet_is_over_for
        return ("digest" if isinstance(work, Digest) else "problem"), work.fingerprint
    except InputRefused:
        pass
    try:
        return "log records", place(lost_batch(body))
    except InputRefused:
        pass
    try:
        told = json.loads(json.loads(body)["Message"])["metadata"]["additionalContext"]
        return "receipt", str(told["fingerprint"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return "unknown", ""
