"""The topics of e-mail channels: one for each, with the addresses as subscriptions that people confirm."""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.aws.config import Config
from infra.aws.direct import DirectChannel
from infra.aws.keys import DataKey


class MailTopic(sns.Topic):
    """Encrypted, over TLS only."""

    def __init__(self, scope: Construct, channel: DirectChannel, key: DataKey, sender: str) -> None:
        name = "".join(each.capitalize() for each in channel.name.split("-"))
        super().__init__(scope, f"Mail{name}", master_key=key, enforce_ssl=True, display_name=sender)
        self.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
        for address in channel.addresses:
            self.add_subscription(subscriptions.EmailSubscription(address))


def mail_topics(scope: Construct, config: Config, key: DataKey) -> Mapping[str, sns.ITopic]:
    """The topics by the names of their channels."""
    return {
        each.name: MailTopic(scope, each, key, config.prefix)
        for each in config.channels
        if each.kind == "email"
    }
