"""Every role of the system is made here, and held to the written list of wildcards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from infra.aws.wildcards import allowed, wildcards

# For services that act for many accounts: only in the name of this one.
THIS_ACCOUNT: Mapping[str, object] = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}}


def system_role(
    scope: Construct,
    name: str,
    service: str,
    statements: Sequence[iam.PolicyStatement],
    conditions: Mapping[str, object] | None = None,
) -> iam.Role:
    """A role for one AWS service, with these statements and no others.

    Its rights are there before anything that uses the role is made. Raises ValueError for an action with a
    wildcard, and for a resource with one that is not in infra/aws/wildcards.py.
    """
    document = iam.PolicyDocument(statements=list(statements))
    role = iam.Role(
        scope,
        name,
        assumed_by=iam.ServicePrincipal(service, conditions=conditions),
        inline_policies={"rights": document} if statements else None,
    )
    if statements:
        for statement in cdk.Stack.of(role).resolve(document.to_json())["Statement"]:
            _hold_to_list(role, statement)
    return role


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Tell cdk-nag why a rule does not fit here. `rule` is its id without the name of the pack."""
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def _hold_to_list(role: iam.Role, statement: Mapping[str, Any]) -> None:
    if statement["Effect"] == "Allow" and "*" in json.dumps(statement["Action"]):
        raise ValueError(f"{role.node.path} asks for an action with a wildcard: {statement['Action']}")
    for resource, actions in wildcards(statement):
        entry = allowed(resource, actions)
        if entry is None:
            raise ValueError(f"{role.node.path} may {', '.join(actions)} on {resource}: not in wildcards.py")
        acknowledge(role, f"IAM5[Resource::{resource}]", entry.reason)
