"""The plain template: everything that a team has to choose is a parameter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.aws import plain
from tests.infra.test_lint import linter


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The texts of both files, by name."""
    return {path.name: path.read_text() for path in plain.save(tmp_path_factory.mktemp("plain"))}


def test_the_registry_and_the_stack_are_small_enough_for_the_cli(written: dict[str, str]) -> None:
    assert set(written) == {"plain-registry.template.json", "plain-main.template.json"}
    assert all(len(text.encode()) <= plain.LARGEST_BYTES for text in written.values())


def test_each_choice_is_a_parameter_in_its_place(written: dict[str, str]) -> None:
    text = written["plain-main.template.json"]
    body = json.loads(text)
    filters = [
        each["Properties"]["LogGroupName"]
        for each in body["Resources"].values()
        if each["Type"] == "AWS::Logs::SubscriptionFilter"
    ]

    assert set(body["Parameters"]) == {"ImageUri", "LogGroup", "SlackWorkspace", "SlackChannel"}
    assert filters == [{"Ref": "LogGroup"}]
    assert text.count('{"Ref":"LogGroup"}') > 1  # respond may read this group, too
    assert not [value for value in plain.PARAMETERS if value in text]


def test_cfn_lint_has_nothing_to_say(written: dict[str, str]) -> None:
    for text in written.values():
        assert [str(match) for match in linter().validate_template(json.loads(text))] == []


def test_a_template_that_grew_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LARGEST_BYTES", 3_000)
    with pytest.raises(ValueError, match=r"main: [0-9]{5} bytes"):
        plain.save(tmp_path)
