"""The models of the chain: which of them may be invoked, and under which tag they are paid."""

from __future__ import annotations

import re

import aws_cdk as cdk
from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws.config import Config

# What an inference profile's id has before the model's: a geography, or global.
PROFILE = re.compile(r"^(global|us-gov|apac|[a-z]{2})\.(?=[a-z0-9]+\.)")


class Models(Construct):
    """`ids` is the setting `models`, `asking` what a role needs to ask exactly these.

    `repair_id` and `asking_repair` are the same for the model of hard repairs, where there is one.

    Where the budget counts by tag, Claude is asked through inference profiles of this deployment, which
    carry the tag; the on-demand price of a foundation model cannot be told apart otherwise.
    """

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, "Models")
        self.ids: list[str] = []
        self.asking: list[iam.PolicyStatement] = []
        tagged = config.budget.monthly_usd > 0 and config.budget.counts == "tagged"
        for number, model in enumerate(config.models.chain):
            self._add(model, f"{config.prefix}-{number}" if tagged and "anthropic." in model else "")
        chain, rights = self.ids, self.asking
        self.ids, self.asking = [], []
        if model := config.models.repair:
            self._add(model, f"{config.prefix}-repair" if tagged and "anthropic." in model else "")
        self.repair_id, self.asking_repair = "".join(self.ids), self.asking
        self.ids, self.asking = chain, rights

    def _add(self, model: str, profile_name: str) -> None:
        """Allow one model; `profile_name` makes a profile of our own for it."""
        through = [profile_arn(self, model)] if PROFILE.match(model) else []
        if profile_name:
            source = through[0] if through else foundation_model_arn(self, model)
            profile = bedrock.CfnApplicationInferenceProfile(
                self,
                f"Profile{profile_name.rpartition('-')[2]}",
                inference_profile_name=profile_name,
                model_source=bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
                    copy_from=source
                ),
            )
            self.ids.append(profile.attr_inference_profile_arn)
            through.append(profile.attr_inference_profile_arn)
        else:
            self.ids.append(model)
        self.asking += asking(self, model, through)


def asking(scope: Construct, model: str, through: list[str]) -> list[iam.PolicyStatement]:
    """Invoke this model: directly, or by nothing but these inference profiles."""
    if not through:
        arn = foundation_model_arn(scope, model)
        return [iam.PolicyStatement(actions=["bedrock:InvokeModel"], resources=[arn])]
    partition = cdk.Aws.PARTITION
    base = PROFILE.sub("", model)
    models = [f"arn:{partition}:bedrock:*::foundation-model/{base}"]
    if model.startswith("global."):
        models.append(f"arn:{partition}:bedrock:::foundation-model/{base}")
    return [
        iam.PolicyStatement(
            actions=["bedrock:GetInferenceProfile", "bedrock:InvokeModel"], resources=through
        ),
        iam.PolicyStatement(
            actions=["bedrock:InvokeModel"],
            resources=models,
            conditions={"StringEquals": {"bedrock:InferenceProfileArn": through}},
        ),
    ]


def embedding(scope: Construct, config: Config) -> list[iam.PolicyStatement]:
    """Ask the embedding model, where our own functions do."""
    if not config.index.embedded_by_us:
        return []
    model = config.index.embedding_model
    return asking(scope, model, [profile_arn(scope, model)] if PROFILE.match(model) else [])


def ranking(scope: Construct, config: Config) -> list[iam.PolicyStatement]:
    """Ask the model that ranks passages, where there is one."""
    return asking(scope, config.index.reranker, []) if config.index.reranker else []


def profile_arn(scope: Construct, profile: str) -> str:
    """The ARN of an inference profile that AWS defines."""
    return cdk.Stack.of(scope).format_arn(
        service="bedrock", resource="inference-profile", resource_name=profile
    )


def foundation_model_arn(scope: Construct, model: str) -> str:
    """The ARN of a foundation model in the stack's Region."""
    return cdk.Stack.of(scope).format_arn(
        service="bedrock", account="", resource="foundation-model", resource_name=model
    )
