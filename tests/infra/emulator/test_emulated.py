"""What the emulator is not given, and that the rest is as it was synthesized."""

from __future__ import annotations

import copy

import pytest

from tests.infra.emulator.emulated import UNKNOWN, emulated
from tests.infra.variants import template

VARIANT = "pulls"


def test_only_what_no_emulator_knows_is_cut() -> None:
    before = template(VARIANT).body["Resources"]
    made, cut = emulated(template(VARIANT).body)
    kinds = {before[name]["Type"] for name in cut}

    assert set(before) - set(made["Resources"]) == set(cut)
    assert kinds <= {*UNKNOWN, "AWS::CloudWatch::Alarm"}
    assert {"AWS::CloudWatch::Alarm"} <= {each["Type"] for each in made["Resources"].values()}


def test_a_function_keeps_all_but_its_package() -> None:
    before = template(VARIANT).body["Resources"]
    made, _ = emulated(template(VARIANT).body)
    functions = {
        name: each for name, each in made["Resources"].items() if each["Type"] == "AWS::Lambda::Function"
    }

    assert len(functions) == 8
    for name, function in functions.items():
        now, was = copy.deepcopy(function["Properties"]), copy.deepcopy(before[name]["Properties"])
        code = now.pop("Code")["ZipFile"]
        if was.pop("PackageType", None):
            module, _, handler = was.pop("ImageConfig")["Command"][0].rpartition(".")
            assert code == f"from {module} import {handler} as handler\n"
            del now["Runtime"], now["Handler"]
        del was["Code"]
        assert now == was


def test_one_condition_is_cut_and_nothing_else_is_touched() -> None:
    before = template(VARIANT).body
    made, _ = emulated(before)
    changed = [
        name
        for name, each in made["Resources"].items()
        if each["Type"] != "AWS::Lambda::Function" and each != before["Resources"][name]
    ]
    (policy,) = changed
    now, was = (
        body["Resources"][policy]["Properties"]["PolicyDocument"]["Statement"] for body in (made, before)
    )

    assert [each["Sid"] for each in was if each not in now] == ["OnlyWhereNothingIs"]
    assert all(each in was for each in now)
    assert {key: made[key] for key in made if key != "Resources"} == {
        key: before[key] for key in before if key != "Resources"
    }


@pytest.mark.parametrize(
    "pointing",
    [
        {"Properties": {"Budget": {"Fn::Join": ["", ["x", {"Ref": "Limit"}]]}}},
        {"Properties": {"Budget": {"Fn::GetAtt": ["Limit", "Arn"]}}},
        {"DependsOn": ["Limit"]},
        {"DependsOn": "Limit"},
    ],
)
def test_what_needs_something_cut_is_refused(pointing: dict[str, object]) -> None:
    body = {
        "Resources": {
            "Limit": {"Type": "AWS::Budgets::Budget", "Properties": {}},
            "Other": {"Type": "AWS::SQS::Queue", **pointing},
        }
    }
    with pytest.raises(ValueError, match="Other refers to Limit"):
        emulated(body)
