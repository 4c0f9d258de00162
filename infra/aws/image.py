"""Which container image the functions run: a parameter of the template, so that synth needs no docker."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws.config import Config
from infra.aws.tags import tag

UNTAGGED_DAYS = 14
KEPT_IMAGES = 10


def image_parameter(scope: Construct, config: Config, variant: str = "") -> str:
    """The parameter `ImageUri` (`VerifyImageUri`): an image of our repository, by tag or digest."""
    repository = r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/" + config.prefix
    parameter = cdk.CfnParameter(
        scope,
        f"{variant}ImageUri",
        type="String",
        allowed_pattern=rf"^{repository}(:[\w.-]+|@sha256:[0-9a-f]{{64}})$",
        constraint_description=f"an image in the ECR repository {config.prefix}, by tag or digest",
        description=f"URI of the {variant.lower() or 'function'} image in the ECR repository {config.prefix}",
    )
    return parameter.value_as_string


class RegistryStack(cdk.Stack):
    """The ECR repository, which has to hold the image before the functions can be made."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            "Registry",
            stack_name=f"{config.prefix}-registry",
            description=f"Tracemend {config.stage}: the repository of its container images",
            env=cdk.Environment(region=config.region or None),
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        tag(self, config)
        repository = ecr.Repository(
            self,
            "Repository",
            repository_name=config.prefix,
            image_scan_on_push=True,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            empty_on_delete=True,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            lifecycle_rules=[
                ecr.LifecycleRule(
                    max_image_age=cdk.Duration.days(UNTAGGED_DAYS), tag_status=ecr.TagStatus.UNTAGGED
                ),
                ecr.LifecycleRule(max_image_count=KEPT_IMAGES),
            ],
        )
        repository.add_to_resource_policy(self._pulled_by_functions(config))
        cdk.CfnOutput(self, "RepositoryUri", value=repository.repository_uri)

    def _pulled_by_functions(self, config: Config) -> iam.PolicyStatement:
        """Lambda pulls images in its own name, for functions of this deployment."""
        functions = self.format_arn(
            service="lambda",
            resource="function",
            resource_name=f"{config.prefix}-*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return iam.PolicyStatement(
            principals=[iam.ServicePrincipal("lambda.amazonaws.com")],
            actions=["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            conditions={"StringLike": {"aws:SourceArn": functions}},
        )
