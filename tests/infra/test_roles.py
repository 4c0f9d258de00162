"""Roles are refused where they are made, not only where a template is read."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from infra.aws.rights import allow
from infra.aws.roles import system_role

FUNCTION = "lambda.amazonaws.com"


def role(*statements: iam.PolicyStatement) -> iam.Role:
    """A role with these statements in a stack of its own."""
    return system_role(cdk.Stack(), "Role", FUNCTION, statements)


@pytest.mark.parametrize(
    ("resource", "action", "said"),
    [
        ("arn:aws:sqs:eu-west-1:1:queue", "sqs:*", "an action with a wildcard"),
        ("*", "sqs:SendMessage", r"sqs:SendMessage on \*: not in wildcards\.py"),
        ("arn:aws:s3:::bucket/*", "s3:GetObject", "not in wildcards"),
        ("*", "ec2:TerminateInstances", "not in wildcards"),
    ],
)
def test_a_wildcard_that_is_not_written_down_is_refused(resource: str, action: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        role(allow(resource, action))


def test_what_is_written_down_and_what_has_no_wildcard_is_taken() -> None:
    assert role(
        allow("*", "ecr:GetAuthorizationToken"), allow("arn:aws:sqs:eu-west-1:1:q", "sqs:SendMessage")
    )
