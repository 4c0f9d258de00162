"""A synthesized template, and questions about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cdk_nag import AwsSolutionsChecks

from infra.aws.app import build
from infra.aws.config import Config

Properties = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """The CloudFormation template of a stack, where it was written, and cdk-nag's findings."""

    path: Path
    body: dict[str, Any]
    findings: tuple[str, ...]

    def of(self, *kinds: str) -> dict[str, Properties]:
        """Properties of all resources of these types, `AWS::` in front left out, by logical id."""
        wanted = {f"AWS::{kind}" for kind in kinds}
        return {
            name: resource.get("Properties", {})
            for name, resource in self.body["Resources"].items()
            if resource["Type"] in wanted
        }

    def one(self, kind: str) -> Properties:
        """The properties of the only resource of this type."""
        (properties,) = self.of(kind).values()
        return properties

    def function(self, name: str) -> Properties:
        """The properties of a Lambda function, by its name without prefix."""
        found = self.of("Lambda::Function").values()
        return next(each for each in found if each["FunctionName"].endswith(f"-{name}"))

    @property
    def functions(self) -> dict[str, Properties]:
        """Lambda functions by their names."""
        return {each["FunctionName"]: each for each in self.of("Lambda::Function").values()}

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of every role and policy, with the logical id of its owner."""
        for name, role in self.of("IAM::Role").items():
            for policy in role.get("Policies", ()):
                yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])
        for name, policy in self.of("IAM::Policy", "IAM::ManagedPolicy").items():
            yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])

    def role_of(self, function: str) -> str:
        """The logical id of a function's role."""
        return str(self.function(function)["Role"]["Fn::GetAtt"][0])

    def rights_of(self, function: str) -> list[dict[str, Any]]:
        """The statements of a function's role."""
        role = self.role_of(function)
        return [statement for name, statement in self.statements() if name == role]

    def actions_of(self, function: str) -> set[str]:
        """Everything that a function's role allows."""
        allowing = [each for each in self.rights_of(function) if each["Effect"] == "Allow"]
        return {action for each in allowing for action in listed(each["Action"])}


def listed(value: Any) -> list[Any]:
    """A list of one or many, as IAM takes both."""
    return value if isinstance(value, list) else [value]


def synthesized(config: Config) -> Template:
    """The main stack's template, and what cdk-nag says of both stacks."""
    app, stack = build(config, mkdtemp(prefix="tracemend-"))
    findings = tuple(
        f"{each.rule_name} {resource.construct_path}"
        for each in AwsSolutionsChecks(app).validate_scope(app).violations
        for resource in each.violating_resources
    )
    path = Path(app.synth().directory) / f"{stack.artifact_id}.template.json"
    return Template(path, json.loads(path.read_text()), findings)
