"""One function of the system: image, role, log group, network, and the settings it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import function_log_group, function_name
from infra.aws.network import Placement
from infra.aws.queues import WorkQueue
from infra.aws.roles import system_role
from lambda_image.settings import variable


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """What a function is given. `timeout` in seconds, `memory` and `storage` (of /tmp) in MB.

    `settings` are fields of `lambda_image.settings.Settings`; `concurrency` 0 reserves nothing.
    `dead_letters` is for functions that are invoked without anyone waiting; a queue has its own.
    """

    name: str
    timeout: int
    memory: int
    storage: int = 512
    concurrency: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    rights: list[iam.PolicyStatement] = field(default_factory=list)
    dead_letters: sqs.IQueue | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the functions of a deployment share: the image's URI and the network."""

    config: Config
    image_uri: str
    network: Placement | None = None


class SystemFunction(Construct):
    """A handler of `lambda_image.handlers`, with a role that nobody else has.

    CDK's own construct for images wants a repository and names each role twice; the resource itself does not.
    """

    def __init__(self, scope: Construct, spec: FunctionSpec, around: Surroundings) -> None:
        super().__init__(scope, spec.name.capitalize())
        self.name = function_name(around.config, spec.name)
        group = OwnLogGroup(self, "Log", around.config, function_log_group(around.config, spec.name))
        self.role = system_role(
            self, "Role", "lambda.amazonaws.com", [rights.write_log(group), *self._needed(spec, around)]
        )
        self.resource = lambda_.CfnFunction(
            self,
            "Function",
            function_name=self.name,
            package_type="Image",
            code=lambda_.CfnFunction.CodeProperty(image_uri=around.image_uri),
            image_config=lambda_.CfnFunction.ImageConfigProperty(
                command=[f"lambda_image.handlers.{spec.name}.handler"]
            ),
            architectures=[around.config.architecture],
            role=self.role.role_arn,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(
                log_group=group.log_group_name,
                # Lambda's own lines are JSON then, as ours are: one query reads both. Above INFO the metrics
                # would be gone, which are log lines too.
                log_format="JSON",
                application_log_level="INFO",
                system_log_level="INFO",
            ),
            timeout=spec.timeout,
            memory_size=spec.memory,
            ephemeral_storage=lambda_.CfnFunction.EphemeralStorageProperty(size=spec.storage),
            reserved_concurrent_executions=spec.concurrency or None,
            environment=_environment(spec),
            dead_letter_config=_dead_letters(spec),
            vpc_config=_place(around.network) if around.network else None,
        )

    @property
    def arn(self) -> str:
        """The function's ARN."""
        return self.resource.attr_arn

    def take_from(self, queue: WorkQueue, batch_size: int, most: int) -> None:
        """Be invoked for the queue's messages, `most` batches at once; only failed ones come again."""
        lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=self.resource.ref,
            event_source_arn=queue.queue_arn,
            batch_size=batch_size,
            scaling_config=lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=most),
            function_response_types=["ReportBatchItemFailures"],
        )

    def _needed(self, spec: FunctionSpec, around: Surroundings) -> list[iam.PolicyStatement]:
        statements = list(spec.rights)
        if spec.dead_letters:
            statements.append(rights.send_to(spec.dead_letters))
        if around.network:
            arn = cdk.Stack.of(self).format_arn(
                service="lambda",
                resource="function",
                resource_name=self.name,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            statements += rights.stand_in_network(arn)
        return statements


def variables(settings: dict[str, str]) -> dict[str, str]:
    """Environment variables from fields of `Settings`."""
    return {variable(name): value for name, value in settings.items()}


def traced(config: Config) -> dict[str, str]:
    """Where spans go, if anywhere."""
    endpoint = config.observability.otlp_endpoint
    return {"otlp_endpoint": endpoint} if endpoint else {}


def embedded(config: Config) -> dict[str, str]:
    """The model that makes vectors, if our own functions ask one, and how long they are."""
    index = config.index
    return {"embeddings": f"{index.embedding_model}/{index.dimensions}"} if index.embedded_by_us else {}


def _environment(spec: FunctionSpec) -> lambda_.CfnFunction.EnvironmentProperty | None:
    if not spec.settings:
        return None
    return lambda_.CfnFunction.EnvironmentProperty(variables=variables(spec.settings))


def _dead_letters(spec: FunctionSpec) -> lambda_.CfnFunction.DeadLetterConfigProperty | None:
    if not spec.dead_letters:
        return None
    return lambda_.CfnFunction.DeadLetterConfigProperty(target_arn=spec.dead_letters.queue_arn)


def _place(network: Placement) -> lambda_.CfnFunction.VpcConfigProperty:
    return lambda_.CfnFunction.VpcConfigProperty(
        subnet_ids=network.subnet_ids, security_group_ids=network.security_group_ids
    )
