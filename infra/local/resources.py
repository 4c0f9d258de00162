"""The AWS resources of the system, created on the emulator with the names that the functions are given."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.tables import create_ledger_table

REGION = "eu-central-1"
ACCOUNT = "123456789012"
STREAM = "tracemend-logs"
TABLE = "tracemend-ledger"
TRACES = "tracemend-traces"
AUDIT = "tracemend-audit"
TOKEN_SECRET = "tracemend/git-token"  # noqa: S105 - the name of a secret
ACTIONS_SECRET = "tracemend/actions-key"  # noqa: S105 - likewise
TOPIC = "tracemend-notifications"
QUEUES = ("incidents", "repairs", "receipts", "channel")

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Resources:
    """What was created: queue urls and dead-letter queue urls by short name, ARNs of topic and stream."""

    queues: dict[str, str]
    dead_letters: dict[str, str]
    topic_arn: str
    stream_arn: str


def create(client: Client, visibility: dict[str, int], token: str, receives: int = 4) -> Resources:
    """Create everything. `visibility` is in seconds by queue, at least the timeout of its function.

    A message that was received `receives` times goes to its dead-letter queue.
    """
    sqs, sns = client("sqs"), client("sns")
    queues, dead_letters = {}, {}
    for name in QUEUES:
        dead_letters[name] = sqs.create_queue(QueueName=f"tracemend-{name}-dlq")["QueueUrl"]
        redrive = {"deadLetterTargetArn": arn(sqs, dead_letters[name]), "maxReceiveCount": receives}
        attributes = {
            "VisibilityTimeout": str(visibility.get(name, 30)),
            "RedrivePolicy": json.dumps(redrive),
        }
        created = sqs.create_queue(QueueName=f"tracemend-{name}", Attributes=attributes)
        queues[name] = created["QueueUrl"]
    dead_letters["logs"] = sqs.create_queue(QueueName="tracemend-logs-dlq")["QueueUrl"]
    topic_arn = sns.create_topic(Name=TOPIC)["TopicArn"]
    for name in ("channel", "receipts"):
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn(sqs, queues[name]))
    create_ledger_table(client("dynamodb"), TABLE)
    for bucket in (TRACES, AUDIT):
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, value in ((TOKEN_SECRET, token), (ACTIONS_SECRET, secrets.token_hex(24))):
        client("secretsmanager").create_secret(Name=name, SecretString=value)
    return Resources(queues, dead_letters, topic_arn, _stream(client))


def subscribe(client: Client, log_group: str, stream_arn: str) -> None:
    """A log group whose every event goes to the stream: the lines before an error tell its cause."""
    logs = client("logs")
    logs.create_log_group(logGroupName=log_group)
    logs.put_subscription_filter(
        logGroupName=log_group,
        filterName="tracemend",
        filterPattern="",
        destinationArn=stream_arn,
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/tracemend-subscription",
    )


def arn(sqs: Any, url: str) -> str:
    """The ARN of a queue."""
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def _stream(client: Client) -> str:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=STREAM, ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName=STREAM, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    description = kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]
    return str(description["StreamARN"])
