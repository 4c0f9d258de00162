"""Log groups of our own: named before they are written, kept as long as the configuration says."""

from __future__ import annotations

from typing import cast

from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.aws.config import Config
from infra.aws.names import own_log_groups
from infra.aws.removal import removal


class OwnLogGroup(logs.LogGroup):
    """A log group that no subscription of ours reads. Raises ValueError for a name that one might."""

    def __init__(self, scope: Construct, name: str, config: Config, log_group: str) -> None:
        if log_group not in own_log_groups(config):
            raise ValueError(f"{log_group} is not among our own log groups (infra/aws/names.py)")
        super().__init__(scope, name, log_group_name=log_group, removal_policy=removal(config, "logs"))
        resource = cast(logs.CfnLogGroup, self.node.default_child)
        resource.retention_in_days = config.retention.logs
