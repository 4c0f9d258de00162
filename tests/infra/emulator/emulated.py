"""A synthesized template as the emulator can create it: little is cut, and images become inline code.

Roles, policies, keys, environments, timeouts, queues, mappings and the rest stay as they were synthesized.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

# ministack 1.5.33 has none of these, nor has moto; alarms it has, but not for sums of metrics.
UNKNOWN = (
    *("AWS::Budgets::Budget", "AWS::Budgets::BudgetsAction"),
    *("AWS::Chatbot::CustomAction", "AWS::Chatbot::MicrosoftTeamsChannelConfiguration"),
    *("AWS::Chatbot::SlackChannelConfiguration", "AWS::EC2::FlowLog"),
)
# It does not tell its policies which of these headers a request has.
UNKNOWN_CONDITION = "s3:if-none-match"
Body = dict[str, Any]


def emulated(body: Body) -> tuple[Body, list[str]]:
    """The template for the emulator, and the logical ids of what was cut.

    Raises ValueError where something that stays refers to something cut.
    """
    made = copy.deepcopy(body)
    resources: dict[str, Body] = made["Resources"]
    cut = [name for name, each in resources.items() if _is_unknown(each)]
    for name in cut:
        del resources[name]
    for name, resource in resources.items():
        if torn := set(cut) & set(_references(resource)):
            raise ValueError(f"{name} refers to {', '.join(sorted(torn))}, which the emulator does not know")
        if resource["Type"] == "AWS::Lambda::Function":
            _as_code(resource["Properties"])
        if resource["Type"] == "AWS::S3::BucketPolicy":
            _without_unknown_conditions(resource["Properties"]["PolicyDocument"])
    return made, cut


def _is_unknown(resource: Body) -> bool:
    sums = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return sums or resource["Type"] in UNKNOWN


def _without_unknown_conditions(policy: Body) -> None:
    """The refusal to write over an audit entry: tests/infra/test_stack.py holds it in the template."""
    policy["Statement"] = [
        each for each in policy["Statement"] if UNKNOWN_CONDITION not in str(each.get("Condition"))
    ]


def _as_code(function: Body) -> None:
    """The image's handler by one line of inline code; the packages are on the emulator's PYTHONPATH."""
    if function.pop("PackageType", None) != "Image":
        return
    (handler,) = function.pop("ImageConfig")["Command"]
    module, _, name = handler.rpartition(".")
    function["Runtime"] = "python3.13"
    function["Handler"] = "index.handler"
    function["Code"] = {"ZipFile": f"from {module} import {name} as handler\n"}


def _references(value: Any) -> Iterator[str]:
    """The logical ids that a part of a template names, in Fn::Sub too."""
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner)
            elif key == "Fn::GetAtt":
                yield str(inner[0])
            elif key == "DependsOn":
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from _references(inner)
