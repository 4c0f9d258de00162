"""The customer managed key: for the log stream and the topic, which hold what logs and cards say."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.aws.config import Config


class DataKey(kms.Key):
    """One key per deployment, rotated every year, deleted with it."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            "Key",
            alias=f"alias/{config.prefix}",
            description=f"{config.prefix}: log stream and topic",
            enable_key_rotation=True,
            pending_window=cdk.Duration.days(7),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # SNS decrypts for its subscribers, so Chatbot should need nothing; but a card that it could not
        # read would vanish without a trace.
        self._allow("chatbot.amazonaws.com", "kms:Decrypt")
        if config.observability.alarms:
            self._allow("cloudwatch.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey")
        if config.budget.monthly_usd:
            self._allow("budgets.amazonaws.com", "kms:Decrypt", "kms:GenerateDataKey")

    def publishing(self) -> iam.PolicyStatement:
        """What a role needs besides sns:Publish on a topic with this key."""
        return iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key_arn])

    def _allow(self, service: str, *actions: str) -> None:
        account = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}
        self.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(service)],
                actions=list(actions),
                resources=["*"],
                conditions=account,
            )
        )
