"""Log events that come again among others, as after a bisect or through two subscriptions, count once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest
from lambda_image.domain.records import Delivery
from lambda_image.ports import Ledger, LedgerReport
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from tests.fakes.clock import FixedClock
from tests.fakes.events import START

KINDS = ("INFO all is well", "ERROR disk is full", "ERROR queue is lost", "ERROR no such table")
TRACE = 'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nValueError: bad'
EVENTS: list[dict[str, Any]] = [
    {"id": f"{3_000 + at:056}", "timestamp": START + at, "message": KINDS[at % 4]} for at in range(30)
]
ERRORS = [each["id"] for each in EVENTS if each["message"] != KINDS[0]]


class AnyLedger(Ledger, LedgerReport):
    """What is asked of it here."""


@pytest.fixture
def clock() -> FixedClock:
    """Far ahead of ours: DynamoDB Local deletes what has outlived its TTL."""
    return FixedClock(START + 3_650 * 86_400_000)


def deliver(
    ledger: AnyLedger, events: Sequence[dict[str, Any]], stream: str = "s"
) -> tuple[Incident | Digest, ...]:
    """These log events in one delivery."""
    batch = {"owner": "1", "logGroup": "/g", "logStream": stream, "logEvents": list(events)}
    (delivery,) = decode(batch)
    assert isinstance(delivery, Delivery)
    return ledger.observe(understand(delivery, IntakePolicy()))


def counted(ledger: AnyLedger) -> int:
    """How many errors were counted."""
    return sum(problem.count for problem in ledger.problems())


@pytest.mark.parametrize("seed", range(2))
def test_any_splits_and_redeliveries_count_each_error_once(ledger: AnyLedger, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    seen: set[str] = set()
    for _ in range(8):
        begin = chance.randrange(len(EVENTS))
        events = EVENTS[begin : begin + chance.randint(1, 20)]
        if chance.random() < 1 / 3:
            events = [each for each in events if chance.random() < 1 / 2] or events
        deliver(ledger, events)
        seen |= {each["id"] for each in events}
        assert counted(ledger) == len(seen.intersection(ERRORS))
    deliver(ledger, EVENTS)

    assert counted(ledger) == len(ERRORS)
    tally = ledger.tally().suppressed
    assert tally["known"] + tally["waiting for its answer"] == len(ERRORS)


def test_what_was_counted_and_never_queued_is_told_when_it_comes_among_others(ledger: AnyLedger) -> None:
    first = deliver(ledger, EVENTS[5:6])
    again = deliver(ledger, EVENTS[4:7])

    assert [each.thread_id for each in first] == [again[0].thread_id]
    for each in again:
        ledger.claim(each.fingerprint, Task.RESPOND, 60)
    (new,) = deliver(ledger, EVENTS[4:8])
    assert new.fingerprint not in {each.fingerprint for each in again}


def test_the_same_ids_in_another_stream_are_other_events(ledger: AnyLedger) -> None:
    deliver(ledger, EVENTS)
    deliver(ledger, EVENTS, "other")

    assert counted(ledger) == 2 * len(ERRORS)


def test_the_rest_of_a_trace_that_was_cut_is_no_other_error(ledger: AnyLedger) -> None:
    lines = [
        {"id": f"{at:056}", "timestamp": START + at, "message": line}
        for at, line in enumerate(TRACE.split("\n"))
    ]
    deliver(ledger, lines)
    deliver(ledger, lines[2:])

    assert counted(ledger) == 1
