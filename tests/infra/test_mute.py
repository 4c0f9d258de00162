"""`tracemend mute` and `unmute`, `merge` and `split` against an account of moto."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from infra.local.tables import create_ledger_table
from lambda_image.adapters.clock import WallClock
from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.adapters.dynamodb.report import DynamoReport
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.adapters.retry import Retry
from lambda_image.cli import app
from lambda_image.commands.views import problem_line
from lambda_image.domain.affected import Whom
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.incident import Task
from tests.fakes.events import intake

FP, OTHER = "v1-0123456789abcdef", "v1-fedcba9876543210"
REGION = "eu-west-1"
CONFIG = ["--config", str(Path(__file__).parents[2] / "tracemend.example.toml")]
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"LedgerName": {"Value": "ledger"}},
}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """The ledger of a deployment with one problem."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        stacks = boto3.client("cloudformation")
        stacks.create_stack(StackName="tracemend-prod", TemplateBody=json.dumps(TEMPLATE))
        client = boto3.client("dynamodb")
        create_ledger_table(client, "ledger")
        clock = WallClock()
        made = Table(client, "ledger", Retry(clock))
        DynamoLedger(made, clock).observe(intake())
        yield made


def run(*arguments: str) -> str:
    """What the command says; raises what it refuses with."""
    result = CliRunner().invoke(app, [*arguments], catch_exceptions=False)
    return result.output


def test_a_problem_is_muted_with_a_reason_and_unmuted(table: Table) -> None:
    report = DynamoReport(table, WallClock())
    said = run("mute", FP, "--for", "2d", "--reason", "the supplier knows", *CONFIG)
    (muted,) = report.problems()
    ended = run("unmute", FP, *CONFIG)
    (problem,) = report.problems()

    assert "is muted until" in said
    assert muted.mute_reason == "the supplier knows"
    assert 47 < (muted.muted_until - WallClock().now()) / 3_600_000 <= 48
    assert "is not muted" in ended
    assert problem.muted_until == 0


def test_what_is_not_known_or_not_muted_is_refused_with_what_to_do(table: Table) -> None:
    assert table
    with pytest.raises(InputRefused, match="v1-never is not known"):
        run("mute", "v1-never", "--for", "2d", "--reason", "why", *CONFIG)
    with pytest.raises(InputRefused, match="is not muted"):
        run("unmute", FP, *CONFIG)


@pytest.mark.parametrize(
    ("span", "reason", "says"),
    [
        ("2 days", "why", "write 30m, 12h, 2d"),
        ("0d", "why", "write 30m, 12h, 2d"),
        ("60w", "why", "longer than a year"),
        ("2d", " ", "say why"),
    ],
)
def test_a_mute_needs_an_end_and_a_reason(table: Table, span: str, reason: str, says: str) -> None:
    assert table

    assert says in " ".join(run("mute", FP, "--for", span, "--reason", reason, *CONFIG).split())


def test_problems_are_merged_after_a_look_at_both_and_split_again(table: Table) -> None:
    ledger = DynamoLedger(table, WallClock())
    ledger.observe(intake("d2", OTHER))
    ledger.complete(ledger.claim(FP, Task.RESPOND, 60))
    report = DynamoReport(table, WallClock())
    said = run("merge", FP, OTHER, "--yes", *CONFIG)
    merged = {each.fingerprint: each.merged_into for each in report.problems()}
    ended = run("split", FP, *CONFIG)

    assert said.count("times, last") == 2
    assert f"{FP} is counted as {OTHER}" in said
    assert merged == {FP: OTHER, OTHER: ""}
    assert f"{FP} is counted by itself" in ended
    with pytest.raises(InputRefused, match="is neither merged nor part of an incident"):
        run("split", FP, *CONFIG)
    with pytest.raises(InputRefused, match="cannot be counted"):
        run("merge", FP, FP, "--yes", *CONFIG)


def test_what_joined_an_incident_is_told_and_taken_out_of_it(table: Table) -> None:
    ledger, report = DynamoLedger(table, WallClock()), DynamoReport(table, WallClock())
    request = [(Whom.REQUESTS, "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77")]
    for number, name in enumerate(("v1-a", "v1-b")):
        ledger.observe(intake(f"together-{number}", name, named=request))
    told = "".join(problem_line(asdict(each)) for each in report.problems())
    ended = run("split", "v1-b", *CONFIG)

    assert told.count("part of the incident of v1-a") == 1
    assert "v1-b is counted by itself" in ended
    assert {each.member_of for each in report.problems()} == {""}
    with pytest.raises(InputRefused, match="is neither merged nor part of an incident"):
        run("split", "v1-b", *CONFIG)
