"""What the buttons below a card are signed with; made here, because nobody else has to know it."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.aws import rights
from infra.aws.roles import acknowledge

# Characters, letters and digits: more than 256 bits.
LENGTH = 48


class ActionsKey(secretsmanager.Secret):
    """A random secret of this deployment, gone with it: then its buttons are dead too."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(
            scope,
            "ActionsKey",
            description="Signs the buttons below cards",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=LENGTH, exclude_punctuation=True
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(self, "SMG4", "a new key would kill the buttons below cards; they end in a week anyway")

    def reading(self) -> iam.PolicyStatement:
        """Read it."""
        return rights.allow(self.secret_arn, "secretsmanager:GetSecretValue")
