"""The topic of the cards, and the queue on it that tells which of them really went out."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.aws.config import Config
from infra.aws.keys import DataKey
from infra.aws.queues import WorkQueue


class Notifications(sns.Topic):
    """Encrypted, over TLS only; AWS Chatbot and the receipts queue subscribe."""

    def __init__(self, scope: Construct, config: Config, key: DataKey) -> None:
        super().__init__(scope, "Topic", master_key=key, enforce_ssl=True, display_name=config.prefix)
        self.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        if config.budget.monthly_usd:
            self.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("budgets.amazonaws.com")],
                    actions=["sns:Publish"],
                    resources=[self.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
                )
            )

    def confirm_to(self, receipts: WorkQueue) -> None:
        """Send a copy of every card to this queue (docs/decisions/0001), and nothing else.

        Budgets write to the topic too, in words and not in JSON: the filter keeps them out.
        """
        named = sns.FilterOrPolicy.filter(sns.SubscriptionFilter.exists_filter())
        context = sns.FilterOrPolicy.policy({"notification_id": named, "fingerprint": named})
        self.add_subscription(
            subscriptions.SqsSubscription(
                receipts,
                dead_letter_queue=receipts.dead_letters,
                filter_policy_with_message_body={
                    "metadata": sns.FilterOrPolicy.policy({"additionalContext": context})
                },
            )
        )
