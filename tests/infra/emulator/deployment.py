"""A stack on the emulator, from its creation to its deletion."""

from __future__ import annotations

import json
import time
from types import TracebackType
from typing import Any, Self

from infra.aws.config import Config
from tests.infra.emulator.emulated import Body, emulated
from tests.infra.emulator.server import ACCOUNT, REGION, Emulator

IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
CHANNEL, TEMPLATES = "channel", "templates"
PATIENCE = 120.0
PAUSE = 0.3


class Deployment:
    """The stack of a template, created; `channel` is a queue that hears the topic as AWS Chatbot would."""

    def __init__(self, emulator: Emulator, config: Config, body: Body) -> None:
        self.client = emulator.client
        self._emulator = emulator
        self._name = config.prefix
        template, self.cut = emulated(body)
        self._groups = config.logs.groups
        for group in self._groups:
            self.client("logs").create_log_group(logGroupName=group)
            self.client("logs").create_log_stream(logGroupName=group, logStreamName="test")
        image = f"{IMAGE}/{config.prefix}:1"
        self.client("cloudformation").create_stack(
            StackName=self._name,
            TemplateURL=self._uploaded(template),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": name, "ParameterValue": image} for name in template["Parameters"]],
        )
        self._settle("CREATE_COMPLETE")
        listed = self.client("cloudformation").describe_stack_resources(StackName=self._name)
        self.resources = {
            each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
            for each in listed["StackResources"]
        }
        self.channel = self._hear()

    def of(self, kind: str) -> list[str]:
        """The physical ids of all resources of a type, `AWS::` in front left out."""
        return [name for each, name in self.resources.values() if each == f"AWS::{kind}"]

    def log(self, group: str, *lines: str) -> None:
        """Write a service's log, a record per line."""
        now = int(time.time() * 1_000)
        events = [{"timestamp": now, "message": line} for line in lines]
        self.client("logs").put_log_events(logGroupName=group, logStreamName="test", logEvents=events)

    def card(self, patience: float = PATIENCE) -> dict[str, Any]:
        """The next card at the topic."""
        sqs, deadline = self.client("sqs"), time.monotonic() + patience
        while time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=self.channel, WaitTimeSeconds=2)
            for message in answer.get("Messages", ()):
                sqs.delete_message(QueueUrl=self.channel, ReceiptHandle=message["ReceiptHandle"])
                return dict(json.loads(message["Body"]))
        raise AssertionError(f"no card came in {patience:.0f} s: {self.told()}")

    def waiting(self) -> dict[str, int]:
        """Queues of the stack in which something waits or is being worked on."""
        found: dict[str, int] = {}
        for url in self.of("SQS::Queue"):
            told = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            count = sum(int(told[f"ApproximateNumberOfMessages{each}"]) for each in ("", "NotVisible"))
            found |= {url.rpartition("/")[2]: count} if count else {}
        return found

    def told(self) -> str:
        """What the functions have logged, and the emulator's last words, for whoever looks for a fault."""
        logs, said = self.client("logs"), []
        for group in self.of("Logs::LogGroup"):
            answer = logs.filter_log_events(logGroupName=group)
            said += [f"{group}: {each['message']}" for each in answer["events"]]
        return "\n".join([*said, self._emulator.log()[-1_000:]])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client("s3").delete_object(Bucket=TEMPLATES, Key=self._name)
        self.client("s3").delete_bucket(Bucket=TEMPLATES)
        for group in self._groups:
            self.client("logs").delete_log_group(logGroupName=group)
        self.client("sqs").delete_queue(QueueUrl=self.channel)
        self.client("sns").unsubscribe(SubscriptionArn=self._heard)
        self.client("cloudformation").delete_stack(StackName=self._name)
        self._settle("DELETE_COMPLETE")

    def _uploaded(self, template: Body) -> str:
        """By way of a bucket, as the CDK does it: in the request itself 51,200 bytes are allowed."""
        storage = self.client("s3")
        storage.create_bucket(Bucket=TEMPLATES, CreateBucketConfiguration={"LocationConstraint": REGION})
        storage.put_object(Bucket=TEMPLATES, Key=self._name, Body=json.dumps(template).encode())
        return f"{storage.meta.endpoint_url}/{TEMPLATES}/{self._name}"

    def _hear(self) -> str:
        (topic,) = self.of("SNS::Topic")
        sqs = self.client("sqs")
        url = str(sqs.create_queue(QueueName=CHANNEL)["QueueUrl"])
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{CHANNEL}"
        may = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        raw = {"RawMessageDelivery": "true"}
        subscribed = self.client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw, ReturnSubscriptionArn=True
        )
        self._heard = str(subscribed["SubscriptionArn"])
        return url

    def _settle(self, wanted: str) -> None:
        """Wait for the end of what CloudFormation does."""
        stacks = self.client("cloudformation")
        deadline, state = time.monotonic() + PATIENCE, ""
        while time.monotonic() < deadline:
            known = [
                each
                for each in stacks.list_stacks()["StackSummaries"]
                if each["StackName"] == self._name and each["StackStatus"] != "DELETE_COMPLETE"
            ]
            state = known[0]["StackStatus"] if known else "DELETE_COMPLETE"
            if not state.endswith("_IN_PROGRESS"):
                break
            time.sleep(PAUSE)
        assert state == wanted, f"{state}: {self._emulator.log()[-2_000:]}"
