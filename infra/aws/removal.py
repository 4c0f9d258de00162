"""What happens to a resource when the stack is deleted: it goes, unless `keep` names it."""

from __future__ import annotations

import aws_cdk as cdk

from infra.aws.config import Config, Keep


def removal(config: Config, kind: Keep) -> cdk.RemovalPolicy:
    """Retained if `keep` in tracemend.toml has this kind, else deleted."""
    return cdk.RemovalPolicy.RETAIN if kind in config.keep else cdk.RemovalPolicy.DESTROY
