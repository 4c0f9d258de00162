"""The stream that log events travel in: on demand, encrypted, kept for a day."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_kinesis as kinesis
from constructs import Construct

from infra.aws.keys import DataKey
from infra.aws.roles import acknowledge


class LogStream(kinesis.Stream):
    """Raw logs of the team's services, before anything is redacted: hence a key of our own."""

    def __init__(self, scope: Construct, key: DataKey) -> None:
        self.key = key
        super().__init__(
            scope,
            "Stream",
            stream_mode=kinesis.StreamMode.ON_DEMAND,
            encryption=kinesis.StreamEncryption.KMS,
            encryption_key=key,
            retention_period=cdk.Duration.hours(24),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(self, "KDS3", "raw logs: who may read them is said by a key policy of our own")
