"""The tag on every resource of a deployment, by which its cost can be told apart."""

from __future__ import annotations

import aws_cdk as cdk
from constructs import IConstruct

from infra.aws.config import Config

TAG = "tracemend"


def tag(scope: IConstruct, config: Config) -> None:
    """Tag everything in the scope with the name and stage of the deployment."""
    cdk.Tags.of(scope).add(TAG, config.prefix)
