"""An SQS queue to a function, as Lambda's event source mapping does it."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from infra.local.functions.spec import Invoker, InvokeRefused
from infra.local.pump.failures import failed_items
from infra.local.pump.pump import Pump
from infra.local.resources import Client

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

RECEIVE_LIMIT = 10  # ReceiveMessage gives and DeleteMessageBatch takes at most 10
COUNTS: tuple[QueueAttributeNameType, ...] = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class MappingSource:
    """CreateEventSourceMapping's parameters for a queue; `queue_url` stands for EventSourceArn.

    Without ReportBatchItemFailures in `function_response_types` a batch succeeds or fails as a whole.
    """

    queue_url: str
    batch_size: int = 10
    maximum_batching_window_in_seconds: float = 0
    function_response_types: tuple[str, ...] = ("ReportBatchItemFailures",)


class SqsMapping(Pump):
    """Delivers one batch after another; two mappings of one queue deliver two at a time.

    Messages that failed stay invisible for the queue's visibility timeout; the queue itself moves them to
    its dead-letter queue when they are received more than maxReceiveCount times.
    """

    def __init__(self, client: Client, invoker: Invoker, function_name: str, source: MappingSource) -> None:
        super().__init__(f"sqs-{function_name}")
        self._sqs: SQSClient = client("sqs")
        self._invoker = invoker
        self._function_name = function_name
        self._source = source
        self._arn = ""

    def step(self) -> int:
        """Deliver at most one batch; how many messages were deleted."""
        messages = self._receive()
        if not messages:
            return 0
        event = {"Records": [self._record(message) for message in messages]}
        try:
            result = self._invoker.invoke(self._function_name, json.dumps(event).encode())
        except InvokeRefused as refusal:
            self.failure = f"{refusal.code}: {refusal}"
            return 0
        if "ReportBatchItemFailures" not in self._source.function_response_types:
            result = replace(result, payload=b"")
        failed = failed_items(result, [message["MessageId"] for message in messages])
        return self._delete([message for message in messages if message["MessageId"] not in failed])

    def is_drained(self) -> bool:
        """Whether the queue holds nothing, in flight and delayed messages included."""
        answer = self._sqs.get_queue_attributes(QueueUrl=self._source.queue_url, AttributeNames=["All"])
        return not any(int(answer["Attributes"][name]) for name in COUNTS)

    def _receive(self) -> list[MessageTypeDef]:
        """Up to a batch; waits for more until the batching window closes."""
        messages = self._receive_once(self._source.batch_size)
        closes = time.monotonic() + self._source.maximum_batching_window_in_seconds
        while messages and len(messages) < self._source.batch_size and not self.stopping:
            more = self._receive_once(self._source.batch_size - len(messages))
            messages += more
            if time.monotonic() >= closes and not more:
                break
            if not more:
                self.pause(0.02)
        return messages

    def _receive_once(self, count: int) -> list[MessageTypeDef]:
        answer = self._sqs.receive_message(
            QueueUrl=self._source.queue_url,
            MaxNumberOfMessages=min(count, RECEIVE_LIMIT),
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _delete(self, messages: list[MessageTypeDef]) -> int:
        for start in range(0, len(messages), RECEIVE_LIMIT):
            part = messages[start : start + RECEIVE_LIMIT]
            self._sqs.delete_message_batch(
                QueueUrl=self._source.queue_url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                    for number, message in enumerate(part)
                ],
            )
        return len(messages)

    def _record(self, message: MessageTypeDef) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._queue_arn(),
            "awsRegion": self._queue_arn().split(":")[3],
        }

    def _queue_arn(self) -> str:
        if not self._arn:
            answer = self._sqs.get_queue_attributes(
                QueueUrl=self._source.queue_url, AttributeNames=["QueueArn"]
            )
            self._arn = answer["Attributes"]["QueueArn"]
        return self._arn


def _attribute(value: Any) -> dict[str, Any]:
    names = {"StringValue": "stringValue", "BinaryValue": "binaryValue", "DataType": "dataType"}
    known = {names[name]: each for name, each in value.items() if name in names}
    if isinstance(known.get("binaryValue"), bytes):
        known["binaryValue"] = base64.b64encode(known["binaryValue"]).decode()
    return {**known, "stringListValues": [], "binaryListValues": []}
