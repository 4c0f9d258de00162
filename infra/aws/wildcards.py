"""The one written list of resources with a wildcard that a role may name, each with its actions and reason.

`roles.py` refuses any other; cdk-nag and the tests read the same list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

AWS = r"arn:<AWS::Partition>"
HERE = r"(?:<AWS::Region>|[\w-]+):<AWS::AccountId>"


@dataclass(frozen=True, slots=True)
class Wildcard:
    """A pattern of resources, all actions that may go with it, and why nothing narrower will do.

    `pattern` is a regular expression over a resource as `flat` writes it.
    """

    pattern: str
    actions: frozenset[str]
    reason: str


def _entry(pattern: str, actions: str, reason: str) -> Wildcard:
    return Wildcard(pattern, frozenset(actions.split()), reason)


ALLOWED = (
    _entry(
        r"\*",
        "ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface"
        " ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses",
        "Lambda makes network interfaces before they have an ARN; the function's code is denied the same",
    ),
    _entry(r"\*", "ecr:GetAuthorizationToken", "knows no resource (Service Authorization Reference)"),
    _entry(r"\*", "cloudwatch:PutMetricData", "has no resource; the condition names Kendra's namespace"),
    _entry(r"\*", "logs:DescribeLogGroups", "Kendra lists log groups before it makes its own"),
    _entry(
        rf"{AWS}:logs:{HERE}:log-group:/aws/kendra/\*(:log-stream:\*)?",
        "logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents",
        "Kendra names its log groups after indexes that are not there yet",
    ),
    _entry(
        rf"{AWS}:logs:{HERE}:log-group:(?:\*|[\w./#-]+):log-stream:\*",
        "logs:GetLogEvents",
        "the lines around an error, in streams that are not there yet; `*` where the whole account is read",
    ),
    _entry(
        rf"{AWS}:logs:{HERE}:log-group:(?:\*|[\w./#-]+):\*",
        "logs:DescribeLogStreams",
        "the newest stream of a log group, whose ARN ends so; `*` where the whole account is read",
    ),
    _entry(
        rf"{AWS}:logs:{HERE}:log-group:[\w./#-]+:\*",
        "logs:FilterLogEvents",
        "the streams of one named log group, whose ARN ends so",
    ),
    _entry(
        rf"{AWS}:lambda:{HERE}:function:(?:\*|[\w-]+:\*)",
        "lambda:GetFunction",
        "the tags of the versions of a function whose log is read; `*` where the whole account is read",
    ),
    _entry(r"\*", "ecs:ListClusters", "knows no resource (Service Authorization Reference)"),
    _entry(
        rf"{AWS}:ecs:{HERE}:task/\*",
        "ecs:DescribeTasks",
        "the image of the task that wrote a log line; tasks come and go",
    ),
    _entry(
        rf"{AWS}:ecr:{HERE}:repository/\*",
        "ecr:DescribeImages",
        "the tags of a task's image, which is in any repository of the team",
    ),
    _entry(
        r"<\w+\.Arn>/traces/\*",
        "s3:GetObject s3:PutObject",
        "one object for each incident and task, below one prefix of one bucket",
    ),
    _entry(
        r"<\w+\.Arn>/audit/\*",
        "s3:PutObject",
        "one object for each audit entry, named after its time; the bucket refuses to have one written over",
    ),
    _entry(
        r"<\w+\.Arn>/\*",
        "s3:DeleteObject s3:DeleteObjectVersion",
        "empties a bucket of this stack when the stack is deleted, whatever is in it",
    ),
    _entry(
        rf"{AWS}:bedrock:\*::foundation-model/[\w.:-]+",
        "bedrock:InvokeModel",
        "an inference profile chooses the Region; the condition allows it through that profile only",
    ),
    _entry(
        rf"{AWS}:secretsmanager:{HERE}:secret:.+-\?{{6}}",
        "secretsmanager:GetSecretValue",
        "Secrets Manager ends the ARN of a named secret in six characters of its own",
    ),
    _entry(
        rf"{AWS}:es:{HERE}:domain/[\w-]+/runbooks[/-]\*",
        "es:ESHttpDelete es:ESHttpGet es:ESHttpHead es:ESHttpPost es:ESHttpPut",
        "the paths below one index of one domain, and below those that are made to take its place",
    ),
)


def allowed(resource: str, actions: Collection[str]) -> Wildcard | None:
    """The entry of the list that allows these actions on this resource."""
    fitting = (each for each in ALLOWED if re.fullmatch(each.pattern, resource))
    return next((each for each in fitting if each.actions >= set(actions)), None)


def wildcards(statement: object) -> Iterator[tuple[str, list[str]]]:
    """The resources with a wildcard in a resolved statement that allows something, each with its actions."""
    if not isinstance(statement, dict) or statement["Effect"] != "Allow":
        return
    for resource in _list(statement.get("Resource")):
        text = flat(resource)
        if "*" in text or "?" in text:
            yield text, [str(action) for action in _list(statement["Action"])]


def flat(value: object) -> str:
    """A resolved ARN as one text, <…> for what CloudFormation fills in; cdk-nag writes it the same way."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        name, inner = next(iter(value.items()))
        if name == "Fn::Join":
            return str(inner[0]).join(flat(part) for part in inner[1])
        return f"<{'.'.join(map(flat, inner)) if isinstance(inner, list) else inner}>"
    raise TypeError(f"{value!r} is no ARN")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
