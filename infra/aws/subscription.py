"""Log subscriptions: chosen log groups, or the whole account without our own."""

from __future__ import annotations

import json

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.function import SystemFunction
from infra.aws.names import own_log_groups
from infra.aws.roles import THIS_ACCOUNT, system_role
from infra.aws.stream import LogStream


class Subscriptions(Construct):
    """CloudWatch Logs sends the events of the chosen log groups to one destination."""

    def __init__(self, scope: Construct, config: Config, target: LogStream | SystemFunction) -> None:
        super().__init__(scope, "Subscriptions")
        self._config = config
        self._role: str | None = None
        if isinstance(target, LogStream):
            self._destination = target.stream_arn
            self._role = self._writer(target)
        else:
            self._destination = target.arn
        made = self._for_account() if config.logs.account else self._for_groups()
        if isinstance(target, SystemFunction):
            permission = self._may_invoke(target)
            for each in made:
                each.add_resource_dependency(permission)

    def _writer(self, stream: LogStream) -> str:
        writing = [
            rights.allow(stream.stream_arn, "kinesis:PutRecord", "kinesis:PutRecords"),
            rights.allow(stream.key.key_arn, "kms:GenerateDataKey"),
        ]
        source = {**THIS_ACCOUNT, "StringLike": {"aws:SourceArn": self._logs_arn("*")}}
        return system_role(self, "Role", "logs.amazonaws.com", writing, source).role_arn

    def _may_invoke(self, function: SystemFunction) -> lambda_.CfnPermission:
        return lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.arn,
            principal="logs.amazonaws.com",
            source_account=cdk.Aws.ACCOUNT_ID,
            source_arn=self._logs_arn("log-group:*"),
        )

    def _for_groups(self) -> list[cdk.CfnResource]:
        chosen = self._config.logs
        return [
            logs.CfnSubscriptionFilter(
                self,
                f"Group{number}",
                destination_arn=self._destination,
                filter_name=self._config.prefix,
                filter_pattern=chosen.patterns.get(group, chosen.pattern),
                log_group_name=group,
                role_arn=self._role,
            )
            for number, group in enumerate(chosen.groups)
        ]

    def _for_account(self) -> list[cdk.CfnResource]:
        """Account policies exclude by whole names only; beginnings of names are refused by `intake`."""
        excluded = [*own_log_groups(self._config), *self._config.logs.exclude]
        document = {
            "DestinationArn": self._destination,
            "Distribution": "ByLogStream",
            "FilterPattern": self._config.logs.pattern,
            **({"RoleArn": self._role} if self._role else {}),
        }
        policy = logs.CfnAccountPolicy(
            self,
            "Account",
            policy_name=self._config.prefix,
            policy_type="SUBSCRIPTION_FILTER_POLICY",
            policy_document=cdk.Stack.of(self).to_json_string(document),
            scope="ALL",
            selection_criteria=f"LogGroupName NOT IN {json.dumps(excluded)}",
        )
        return [policy]

    def _logs_arn(self, resource: str) -> str:
        """All of CloudWatch Logs in this account and Region, for a condition."""
        stack = cdk.Stack.of(self)
        return f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:{resource}"
