"""Buckets: encrypted, private, over TLS only; traces and audit expire, the index keeps old versions."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.aws.config import Config, Keep
from infra.aws.removal import removal
from infra.aws.roles import acknowledge


class PrivateBucket(s3.Bucket):
    """A bucket for the functions of this stack alone; `kind` is what `keep` calls its content."""

    def __init__(
        self, scope: Construct, name: str, config: Config, kind: Keep, rule: s3.LifecycleRule
    ) -> None:
        super().__init__(
            scope,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[rule],
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=removal(config, kind),
            versioned=kind == "index",
        )
        acknowledge(
            self,
            "S1",
            "two roles of this stack use it; an access log would hold more than the bucket."
            " CloudTrail data events are there for an audit",
        )


def trace_bucket(scope: Construct, config: Config) -> PrivateBucket:
    """Outcomes of incidents, one object each."""
    rule = s3.LifecycleRule(
        expiration=cdk.Duration.days(config.retention.traces),
        abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
    )
    return PrivateBucket(scope, "Traces", config, "traces", rule)


def audit_bucket(scope: Construct, config: Config) -> PrivateBucket:
    """One object for each model call and each act on a pull request; none is ever written over.

    A write that does not ask that nothing be there is refused by the bucket itself (docs/decisions/0008).
    """
    rule = s3.LifecycleRule(
        expiration=cdk.Duration.days(config.retention.audit),
        abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
    )
    bucket = PrivateBucket(scope, "Audit", config, "audit", rule)
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="OnlyWhereNothingIs",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects("*")],
            conditions={"Null": {"s3:if-none-match": "true"}},
        )
    )
    return bucket


def index_bucket(scope: Construct, config: Config) -> PrivateBucket:
    """The embedded index: one object, whose earlier versions allow a way back."""
    rule = s3.LifecycleRule(
        noncurrent_version_expiration=cdk.Duration.days(30),
        noncurrent_versions_to_retain=3,
        abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
    )
    return PrivateBucket(scope, "File", config, "index", rule)
