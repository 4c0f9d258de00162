"""The emulator as the pumps' tests use it, and a function that lives in the test's own process."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

from infra.local.functions.spec import InvokeResult

STREAM = "logs"


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
