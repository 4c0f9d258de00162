"""One line for each piece of work, in CloudWatch's embedded metric format, without a word of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.diagnosis import Confidence, Diagnosis, Fault, Usage
from lambda_image.domain.evidence import Gap
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Notification, Outcome
from lambda_image.domain.patch import PullRequest
from lambda_image.handlers import metrics
from lambda_image.intake import Taken, take_in
from lambda_image.observing.work import Work, going_on
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from tests.fakes.clock import FixedClock
from tests.fakes.events import START
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryQueue

LINES = ("INFO fine", "ERROR KeyError: 'token'", "ERROR KeyError: 'token'")
BATCH = {
    "logGroup": "/ecs/shop",
    "logStream": "s",
    "logEvents": [
        {"id": str(number), "timestamp": START, "message": line} for number, line in enumerate(LINES)
    ],
}
USAGE = (Usage("diagnose", "claude", 900, 100, 1.5), Usage("mend", "claude", 100, 50, 0.5))


@dataclass
class Context:
    """The part of the Lambda context that is read."""

    function_name: str = "tracemend-prod-respond"


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one line that was written, after its metrics were found where the directive says."""
    (written,) = capsys.readouterr().out.splitlines()
    told: dict[str, Any] = json.loads(written)
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Tracemend"
    assert all(isinstance(told[name], str) for names in directive["Dimensions"] for name in names)
    assert all(isinstance(told[metric["Name"]], int | float) for metric in directive["Metrics"])
    assert {metric["Unit"] for metric in directive["Metrics"]} <= {"Count", "Seconds"}
    assert told["_aws"]["Timestamp"] > START - 10**12
    return told


def outcome(gaps: tuple[Gap, ...] = ()) -> Outcome:
    """An answered problem."""
    diagnosis = Diagnosis((), Fault.CODE, Confidence.LOW, (), ("dropped",), gaps, USAGE)
    card = Notification("n", "v1-a", "v1-a-1", "new", "title", "secret words of the log")
    return Outcome("v1-a", "v1-a-1", Task.RESPOND, diagnosis, card, usage=USAGE)


def test_a_batch_is_told_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    batch = Taken(("r9",), 12, (("control message", 1), ("not an error", 8)), 2, 1)
    metrics.taken(Context("tracemend-prod-intake"), batch, 0.5)
    told = line(capsys)

    assert told["function"] == "tracemend-prod-intake"
    assert (told["RecordsReceived"], told["RecordsHeldBack"], told["BatchItemFailures"]) == (12, 9, 1)
    assert told["held_back"] == {"control message": 1, "not an error": 8}


def test_an_answer_is_told_with_its_cost_and_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.answered(Context(), outcome((Gap("model", "throttled", "wait"),)), START, 2.25)
    told = line(capsys)

    assert (told["InputTokens"], told["OutputTokens"], told["ModelSeconds"]) == (1000, 150, 2.0)
    assert (told["ModelFailures"], told["CardsPublished"], told["ClaimsDropped"]) == (1, 1, 1)
    assert (told["incident"], told["confidence"], told["gaps"]) == ("v1-a-1", "low", ["model"])
    assert "secret words" not in json.dumps(told)


def test_a_repair_without_a_proof_opens_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.repaired(Context(), outcome(), 3.0)
    told = line(capsys)

    assert (told["RepairsTried"], told["RepairsProved"], told["PullRequestsOpened"]) == (1, 0, 0)
    assert "pull_request" not in told


def test_an_earlier_pull_request_that_stands_is_neither_tried_nor_opened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pull = PullRequest("team/shop", 7, "https://git.example.com/7", "b", "open", draft=True)
    fix = Fix("v1-a", 1, "v1-a-1", "/aws/lambda/shop", "Fix it", pull, START)
    metrics.repaired(Context(), replace(outcome(), fix=fix, pull_request=pull), 3.0)
    told = line(capsys)

    assert (told["RepairsTried"], told["PullRequestsOpened"]) == (0, 0)
    assert told["pull_request"] == pull.url


def test_every_record_of_a_batch_is_in_its_report() -> None:
    ledger = MemoryLedger(FixedClock(START))
    queue = MemoryQueue()
    batch = take_in(BATCH, IntakePolicy(), Recognition(MemoryIdentities(ledger)), ledger, queue)

    assert (batch.records, dict(batch.suppressed), batch.queued) == (3, {"not an error": 1}, 1)
    assert batch.seen == 2


def test_what_was_counted_and_timed_on_the_way_is_told_where_there_is_any(
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = Work("tracemend-prod-respond", "r-1", cold_start=True)
    here.counts.update({"RetrievalHits": 2, "BudgetExceeded": 1, "RetrievalEmpty": 0})
    here.seconds.update({"gather": 0.5, "decide": 0.01})
    with going_on(here):
        metrics.answered(Context(), outcome(), START, 2.0, (ModelPrice("claude", 1.0, 5.0),))
    told = line(capsys)

    assert told["PriceUSD"] == pytest.approx((1_000 * 1.0 + 150 * 5.0) / 1_000_000)
    assert (told["RetrievalHits"], told["BudgetExceeded"], told["GatherSeconds"]) == (2, 1, 0.5)
    assert not {"RetrievalEmpty", "AuditFailures", "ModelErrors"} & set(told)
    assert told["stages"] == {"gather": 0.5, "decide": 0.01}
    assert (told["level"], told["request_id"], told["cold_start"]) == ("INFO", "r-1", True)


def test_a_model_without_a_price_is_told_without_one(capsys: pytest.CaptureFixture[str]) -> None:
    metrics.answered(Context(), outcome(), START, 2.0, (ModelPrice("nova", 1.0, 5.0),))

    assert "PriceUSD" not in line(capsys)
