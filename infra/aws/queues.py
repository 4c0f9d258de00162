"""Queues: each encrypted, over TLS only, with a dead-letter queue that keeps for two weeks."""

from __future__ import annotations

import math

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.aws.roles import acknowledge
from lambda_image.desk import LEASE_MARGIN

# As on loopback: after so many tries a message waits for people.
MAX_RECEIVE_COUNT = 4
UNRESERVED_FACTOR = 6


class DeadLetterQueue(sqs.Queue):
    """Where messages wait for people."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(
            scope,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(self, "SQS3", "this is a dead-letter queue itself")


class WorkQueue(sqs.Queue):
    """Work for one function; `visibility` is in seconds."""

    def __init__(self, scope: Construct, name: str, visibility: int) -> None:
        self.dead_letters = DeadLetterQueue(scope, f"{name}DeadLetters")
        super().__init__(
            scope,
            name,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(4),
            visibility_timeout=cdk.Duration.seconds(visibility),
            dead_letter_queue=sqs.DeadLetterQueue(
                queue=self.dead_letters, max_receive_count=MAX_RECEIVE_COUNT
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def visibility(timeout: int, *, reserved: bool) -> int:
    """Seconds for which a queue hides a message from others; `timeout` is its function's.

    Never shorter than the lease of the work. Six timeouts is what Lambda advises where invocations may be
    throttled; reserved concurrency equal to the mapping's maximum rules that out, and a crash is made good
    after one timeout instead of six (docs/decisions/0004).
    """
    return math.ceil(timeout + LEASE_MARGIN + 1) if reserved else timeout * UNRESERVED_FACTOR
