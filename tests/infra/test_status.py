"""`tracemend status` against an account of moto."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws.status import ledger_of, status
from infra.local.tables import create_ledger_table
from lambda_image.adapters.dynamodb.actions import DynamoActions
from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.adapters.retry import Retry
from lambda_image.commands.views import status_lines
from lambda_image.domain.action import Request, Verb
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.incident import Intake, Sighting
from tests.fakes.clock import FixedClock
from tests.fakes.events import redacted_event
from tests.infra.configs import config

DAY = date(2026, 9, 21)
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {"LedgerName": {"Value": "ledger"}},
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.Session(region_name="eu-west-1").client


def deployed(account: Any) -> None:
    account("cloudformation").create_stack(StackName="tracemend-prod", TemplateBody=json.dumps(TEMPLATE))
    create_ledger_table(account("dynamodb"), "ledger")
    for name in ("tracemend-prod-Incidents1", "tracemend-prod-IncidentsDeadLetters1", "other-queue"):
        url = account("sqs").create_queue(QueueName=name)["QueueUrl"]
        account("sqs").send_message(QueueUrl=url, MessageBody="{}")
    clock = FixedClock()
    ledger = DynamoLedger(Table(account("dynamodb"), "ledger", Retry(clock)), clock)
    sighting = Sighting("v1-1", 3, 3, 1_000, 2_000, redacted_event)
    ledger.observe(Intake("d1", (sighting,), (("not an error", 7),)))


def test_problems_held_back_records_and_queues_are_told(account: Any) -> None:
    deployed(account)
    told = status(config(), account, DAY)

    assert [(each.fingerprint, each.state, each.count) for each in told.problems] == [("v1-1", "waiting", 3)]
    assert told.tally.records == told.tally.shown + sum(told.tally.suppressed.values()) == 10
    assert {(each.queue, each.waiting, each.dead) for each in told.queues} == {
        ("tracemend-prod-Incidents1", 1, False),
        ("tracemend-prod-IncidentsDeadLetters1", 1, True),
    }


def test_a_day_is_told_apart(account: Any) -> None:
    deployed(account)
    told = status(config(), account, DAY)
    other = status(config(), account, date(2026, 9, 20))

    assert told.on_day == told.tally
    assert other.on_day.records == 0
    assert "10 log records = 0 shown + held back, on 2026-09-21" in status_lines(asdict(told))


def test_a_mute_is_shown_with_who_and_why_and_can_be_ended(account: Any) -> None:
    deployed(account)
    clock = FixedClock()
    actions = DynamoActions(Table(account("dynamodb"), "ledger", Retry(clock)), clock)
    actions.note(Request(Verb.WRONG, f"v1-1-{clock.now()}", "mark", by="eve (U2)"))
    until = int(time.time() * 1000) + 86_400_000
    with ledger_of(config(), account) as ledger:
        assert ledger.mute("v1-1", until, "the supplier knows", "ada (U1)")
    muted = status_lines(asdict(status(config(), account, DAY)))
    with ledger_of(config(), account) as ledger:
        assert ledger.unmute("v1-1")
    ended = status_lines(asdict(status(config(), account, DAY)))

    assert "UTC by ada (U1): the supplier knows" in muted
    assert "wrong asked by eve (U2) 2026-09-21" in muted
    assert "ZeroDivisionError: division by zero" in muted
    assert "muted until" not in ended


def test_people_are_pointed_to_the_dead_letters(account: Any) -> None:
    deployed(account)
    said = status_lines(asdict(status(config(), account, DAY)))

    assert "10 log records" in said
    assert "7 held back: not an error" in said
    assert "LOOK: docs/operations/alarms/dead-letters.md" in said


def test_what_is_not_deployed_is_said(account: Any) -> None:
    with pytest.raises(ConfigurationError, match="Is tracemend-prod deployed"):
        status(config(), account, DAY)
