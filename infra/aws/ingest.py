"""Reading the wiki into the index on a schedule: a function for small wikis, a Fargate task for large ones.

Both are handed the same JSON, `{"sources": [url], "index": setting}`, by the schedule.
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction, variables
from infra.aws.indexes.choice import IndexChoice
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import task_log_group
from infra.aws.network import Placement, with_public_addresses
from infra.aws.queues import DeadLetterQueue
from infra.aws.roles import THIS_ACCOUNT, acknowledge, system_role
from infra.aws.schedule import Schedule, Target

MODULE = "lambda_image.handlers.ingest"
CONTAINER = "ingest"
TIMEOUT = 900


class IngestFunction(Construct):
    """For what 15 minutes are enough for."""

    def __init__(self, scope: Construct, around: Surroundings, index: IndexChoice) -> None:
        super().__init__(scope, "Ingest")
        spec = FunctionSpec(
            name="ingest",
            timeout=TIMEOUT,
            memory=2_048,
            storage=2_048,
            settings=_settings(around.config, index),
            rights=_rights(self, around.config, index),
            dead_letters=DeadLetterQueue(self, "DeadLetters"),
        )
        function = SystemFunction(self, spec, around)
        self.role: iam.IRole = function.role
        payload = {"sources": list(around.config.wiki.sources), "index": index.setting}
        Schedule(self, around.config, Target(function.arn, payload, [rights.invoke(function.arn)]))


class IngestTask(Construct):
    """For large wikis: the same image as a Fargate task, which runs until it is done."""

    def __init__(self, scope: Construct, around: Surroundings, index: IndexChoice) -> None:
        super().__init__(scope, "Ingest")
        self._config = around.config
        network = around.network or with_public_addresses(self, self._config)
        self.role: iam.IRole = self._task_role("TaskRole", _rights(self, self._config, index))
        cluster = ecs.Cluster(
            self, "Cluster", vpc=network.vpc, container_insights_v2=ecs.ContainerInsights.DISABLED
        )
        acknowledge(
            cluster,
            "ECS4",
            "one task a day, whose log tells more; Container Insights would leave a log group behind",
        )
        task = self._task(around, index)
        target = Target(
            cluster.cluster_arn,
            {"containerOverrides": [{"name": CONTAINER, "command": self._command(index)}]},
            self._starting(cluster, task),
            scheduler.CfnSchedule.EcsParametersProperty(
                task_definition_arn=task.task_definition_arn,
                launch_type="FARGATE",
                task_count=1,
                network_configuration=self._place(network, public=around.network is None),
            ),
        )
        Schedule(self, self._config, target)

    def _command(self, index: IndexChoice) -> list[str]:
        payload = {"sources": list(self._config.wiki.sources), "index": index.setting}
        return [cdk.Stack.of(self).to_json_string(payload)]

    def _task(self, around: Surroundings, index: IndexChoice) -> ecs.FargateTaskDefinition:
        log = OwnLogGroup(self, "Log", self._config, task_log_group(self._config))
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            cpu=1_024,
            memory_limit_mib=4_096,
            task_role=self.role,
            execution_role=self._task_role("ExecutionRole", [rights.write_log(log), *self._pulling()]),
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64
                if self._config.architecture == "arm64"
                else ecs.CpuArchitecture.X86_64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        task.add_container(
            CONTAINER,
            image=ecs.ContainerImage.from_registry(around.image_uri),
            entry_point=["python", "-m", MODULE],
            environment=variables(_settings(self._config, index)),
            logging=ecs.LogDrivers.aws_logs(stream_prefix=CONTAINER, log_group=log),
            readonly_root_filesystem=False,
        )
        acknowledge(task, "ECS2", "the variables name resources; no secret is among them")
        return task

    def _pulling(self) -> list[iam.PolicyStatement]:
        repository = cdk.Stack.of(self).format_arn(
            service="ecr", resource="repository", resource_name=self._config.prefix
        )
        return [
            rights.allow("*", "ecr:GetAuthorizationToken"),
            rights.allow(
                repository,
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ),
        ]

    def _task_role(self, name: str, statements: list[iam.PolicyStatement]) -> iam.Role:
        return system_role(self, name, "ecs-tasks.amazonaws.com", statements, THIS_ACCOUNT)

    def _starting(self, cluster: ecs.Cluster, task: ecs.FargateTaskDefinition) -> list[iam.PolicyStatement]:
        roles = [task.task_role.role_arn, task.obtain_execution_role().role_arn]
        return [
            iam.PolicyStatement(
                actions=["ecs:RunTask"],
                resources=[task.task_definition_arn],
                conditions={"ArnEquals": {"ecs:cluster": cluster.cluster_arn}},
            ),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=roles,
                conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            ),
        ]

    def _place(
        self, network: Placement, *, public: bool
    ) -> scheduler.CfnSchedule.NetworkConfigurationProperty:
        return scheduler.CfnSchedule.NetworkConfigurationProperty(
            awsvpc_configuration=scheduler.CfnSchedule.AwsVpcConfigurationProperty(
                subnets=network.subnet_ids,
                security_groups=network.security_group_ids,
                assign_public_ip="ENABLED" if public else "DISABLED",
            )
        )


def _settings(config: Config, index: IndexChoice) -> dict[str, str]:
    told = {"wiki_secret": config.wiki.secret, "wiki_private": ",".join(config.wiki.private)}
    return {"index": index.setting, **{name: value for name, value in told.items() if value}}


def _rights(scope: Construct, config: Config, index: IndexChoice) -> list[iam.PolicyStatement]:
    opening = [rights.read_secret(scope, config.wiki.secret)] if config.wiki.secret else []
    return [*index.writing, *opening]


def ingest(scope: Construct, around: Surroundings, index: IndexChoice) -> iam.IRole | None:
    """Read the wiki, and the role that writes; None without pages, or where the service crawls by itself."""
    config = around.config
    if not config.wiki.sources or not index.writing:
        return None
    if config.wiki.size == "fargate":
        return IngestTask(scope, around, index).role
    return IngestFunction(scope, around, index).role
