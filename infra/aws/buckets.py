"""Buckets: encrypted, private, over TLS only; traces expire, the index keeps a few old versions."""

from __future__ import annotations

import aws_cdk as cdk
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


def index_bucket(scope: Construct, config: Config) -> PrivateBucket:
    """The embedded index: one object, whose earlier versions allow a way back."""
    rule = s3.LifecycleRule(
        noncurrent_version_expiration=cdk.Duration.days(30),
        noncurrent_versions_to_retain=3,
        abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
    )
    return PrivateBucket(scope, "Index", config, "index", rule)
