"""Buckets that go with the stack: CloudFormation deletes only empty ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct, IConstruct

from infra.aws import rights
from infra.aws.config import Config
from infra.aws.log_group import OwnLogGroup
from infra.aws.names import function_log_group, function_name
from infra.aws.roles import system_role

CODE = Path(__file__).with_name("handler.py")
NAME = "empty-bucket"
TIMEOUT = 900


class EmptiedBuckets(Construct):
    """Empties these buckets on deletion of the stack, after everything in `users` has gone.

    A run that began before may still be writing then: the bucket refuses it from there on.
    """

    def __init__(
        self, scope: Construct, config: Config, buckets: Sequence[s3.Bucket], users: Sequence[IConstruct]
    ) -> None:
        super().__init__(scope, "Emptied")
        group = OwnLogGroup(self, "Log", config, function_log_group(config, NAME))
        statements = [rights.write_log(group)]
        for bucket in buckets:
            statements.append(rights.allow(bucket.bucket_arn, "s3:ListBucketVersions", "s3:PutBucketPolicy"))
            objects = bucket.arn_for_objects("*")
            statements.append(rights.allow(objects, "s3:DeleteObject", "s3:DeleteObjectVersion"))
        role = system_role(self, "Role", "lambda.amazonaws.com", statements)
        function = lambda_.CfnFunction(
            self,
            "Function",
            function_name=function_name(config, NAME),
            runtime="python3.14",
            handler="index.handler",
            code=lambda_.CfnFunction.CodeProperty(zip_file=CODE.read_text(encoding="utf-8")),
            role=role.role_arn,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(
                log_group=group.log_group_name, log_format="JSON"
            ),
            memory_size=256,
            timeout=TIMEOUT,
        )
        for bucket in buckets:
            emptied = cdk.CustomResource(
                self,
                f"Emptied{bucket.node.id}",
                service_token=function.attr_arn,
                resource_type="Custom::EmptiedBucket",
                properties={"Bucket": bucket.bucket_name},
            )
            # The bucket's own policy goes first, or it would take the refusal away again.
            for user in (*users, *([bucket.policy] if bucket.policy else [])):
                user.node.add_dependency(emptied)
