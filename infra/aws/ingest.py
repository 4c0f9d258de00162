"""Reading the wiki into the index on a schedule: a function for small wikis, a Fargate task for large ones.

Both are handed the same JSON by the schedule, `{"sources": [url], "index": setting}`, and `"to"` where the
index is copied into another store.
"""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction, embedded, traced, variables
from infra.aws.indexes.choice import IndexChoice
from infra.aws.indexes.file import IndexFile
from infra.aws.log_group import OwnLogGroup
from infra.aws.models import embedding
from infra.aws.names import task_log_group
from infra.aws.network import Placement, with_public_addresses
from infra.aws.queues import DeadLetterQueue
from infra.aws.roles import THIS_ACCOUNT, acknowledge, system_role
from infra.aws.schedule import Target, wiki_schedule

MODULE = "lambda_image.handlers.ingest"
CONTAINER = "ingest"
TIMEOUT = 900


@dataclass(frozen=True, slots=True)
class Work:
    """What is read and where to: the `file` in S3, and a copy in the index that is searched."""

    config: Config
    file: IndexFile
    index: IndexChoice

    @property
    def payload(self) -> dict[str, object]:
        """What the job is handed."""
        copied = {"to": self.index.setting} if self.index.setting != self.file.setting else {}
        return {"sources": list(self.config.wiki.sources), "index": self.file.setting, **copied}

    @property
    def settings(self) -> dict[str, str]:
        """What the job is told besides."""
        wiki = {"wiki_secret": self.config.wiki.secret, "wiki_private": ",".join(self.config.wiki.private)}
        told = {name: value for name, value in wiki.items() if value}
        return {"index": self.index.setting, **told, **embedded(self.config), **traced(self.config)}

    def rights(self, scope: Construct) -> list[iam.PolicyStatement]:
        """What the job may do."""
        secret = self.config.wiki.secret
        opening = [rights.read_secret(scope, secret)] if secret else []
        copying = self.index.writing if self.index.setting != self.file.setting else []
        return [*self.file.writing, *copying, *embedding(scope, self.config), *opening]


class IngestFunction(Construct):
    """For what 15 minutes are enough for. `starts` is what begins a run."""

    def __init__(self, scope: Construct, around: Surroundings, work: Work) -> None:
        super().__init__(scope, "Ingest")
        spec = FunctionSpec(
            name="ingest",
            timeout=TIMEOUT,
            memory=2_048,
            storage=2_048,
            settings=work.settings,
            rights=work.rights(self),
            dead_letters=DeadLetterQueue(self, "DeadLetters"),
        )
        function = SystemFunction(self, spec, around)
        self.role: iam.IRole = function.role
        target = Target(function.arn, work.payload, [rights.invoke(function.arn)])
        self.starts = wiki_schedule(self, around.config, target)


class IngestTask(Construct):
    """For large wikis: the same image as a Fargate task, which runs until it is done."""

    def __init__(self, scope: Construct, around: Surroundings, work: Work) -> None:
        super().__init__(scope, "Ingest")
        self._config = around.config
        network = around.network or with_public_addresses(self, self._config)
        self.role: iam.IRole = self._task_role("TaskRole", work.rights(self))
        cluster = ecs.Cluster(
            self, "Cluster", vpc=network.vpc, container_insights_v2=ecs.ContainerInsights.DISABLED
        )
        acknowledge(
            cluster,
            "ECS4",
            "one task a day, whose log tells more; Container Insights would leave a log group behind",
        )
        task = self._task(around, work)
        command = [cdk.Stack.of(self).to_json_string(work.payload)]
        target = Target(
            cluster.cluster_arn,
            {"containerOverrides": [{"name": CONTAINER, "command": command}]},
            self._starting(cluster, task),
            scheduler.CfnSchedule.EcsParametersProperty(
                task_definition_arn=task.task_definition_arn,
                launch_type="FARGATE",
                task_count=1,
                network_configuration=self._place(network, public=around.network is None),
            ),
        )
        self.starts = wiki_schedule(self, self._config, target)

    def _task(self, around: Surroundings, work: Work) -> ecs.FargateTaskDefinition:
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
            environment=variables(work.settings),
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


def ingest(scope: Construct, around: Surroundings, index: IndexChoice) -> IngestFunction | IngestTask | None:
    """What reads the wiki; None without pages, or where the service crawls by itself."""
    config = around.config
    if not config.read_by_us or index.file is None:
        return None
    work = Work(config, index.file, index)
    return (IngestTask if config.wiki.size == "fargate" else IngestFunction)(scope, around, work)
