"""What every ledger does: in memory, on moto, and on a real DynamoDB Local."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

import pytest

from lambda_image.domain.affected import Affected, Whom
from lambda_image.domain.incident import Incident, Intake, Task, TaskState
from lambda_image.domain.noise import Digest
from lambda_image.ports import Ledger, LedgerReport, Receipts
from tests.contract.office import RACED
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake, redacted_event

FP = "v1-0123456789abcdef"
DAY = 86_400


class AnyLedger(Ledger, Receipts, LedgerReport, Protocol):
    """All that a ledger can do."""


def test_first_sighting_opens_an_incident_and_the_second_does_not(ledger: AnyLedger) -> None:
    opened = ledger.observe(intake("d1"))
    again = ledger.observe(intake("d2", count=3))

    assert [incident.fingerprint for incident in opened] == [FP]
    assert again == ()


def test_redelivery_counts_nothing_and_returns_the_incident_again_until_it_is_claimed(
    ledger: AnyLedger,
) -> None:
    first = ledger.observe(intake("d1", count=4, suppressed=(("not an error", 6),)))
    second = ledger.observe(intake("d1", count=4, suppressed=(("not an error", 6),)))
    ledger.claim(FP, Task.RESPOND, 60)

    assert [incident.thread_id for incident in second] == [incident.thread_id for incident in first]
    assert ledger.observe(intake("d1", count=4)) == ()
    assert ledger.tally().records == 10


def test_a_problem_that_returns_after_the_window_is_opened_again_and_no_count_is_lost(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    first = ledger.observe(intake("d1", count=5))
    ledger.complete(ledger.claim(FP, Task.RESPOND, 60))
    clock.advance(2 * DAY)
    second = ledger.observe(intake("d2", count=2, first_seen=START + 2 * DAY * 1000))

    assert len(second) == 1
    assert second[0].thread_id != first[0].thread_id
    assert ledger.claim(FP, Task.REPAIR, 60).thread_id == second[0].thread_id
    assert ledger.tally().records == 7
    assert ledger.tally().suppressed == {"known": 5, "waiting for its answer": 1}


def test_old_events_of_a_backlog_are_counted_from_their_arrival(ledger: AnyLedger, clock: FixedClock) -> None:
    clock.advance(30 * DAY)
    first = ledger.observe(intake("d1"))
    again = ledger.observe(intake("d1"))
    other = ledger.observe(intake("d2", first_seen=START + 1))

    assert (len(first), len(again), other) == (1, 1, ())


def test_only_one_of_two_claims_succeeds_until_the_lease_runs_out(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake())
    first = ledger.claim(FP, Task.RESPOND, 30)
    second = ledger.claim(FP, Task.RESPOND, 30)
    clock.advance(31)
    third = ledger.claim(FP, Task.RESPOND, 30)

    assert [first.state, second.state, third.state] == [
        TaskState.CLAIMED,
        TaskState.BUSY,
        TaskState.CLAIMED,
    ]
    assert first.owner != third.owner


def test_a_completed_task_is_done_and_the_other_task_is_not(ledger: AnyLedger) -> None:
    ledger.observe(intake())
    ledger.complete(ledger.claim(FP, Task.RESPOND, 30), "https://example.test/pull/1")

    assert ledger.claim(FP, Task.RESPOND, 30).state is TaskState.DONE
    assert ledger.claim(FP, Task.REPAIR, 30).state is TaskState.CLAIMED


def test_a_released_task_can_be_claimed_at_once(ledger: AnyLedger) -> None:
    ledger.observe(intake())
    ledger.release(ledger.claim(FP, Task.RESPOND, 30))

    assert ledger.claim(FP, Task.RESPOND, 30).state is TaskState.CLAIMED


def test_releasing_a_lost_lease_does_not_take_it_from_its_new_owner(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake())
    lost = ledger.claim(FP, Task.RESPOND, 30)
    clock.advance(31)
    ledger.claim(FP, Task.RESPOND, 30)
    ledger.release(lost)

    assert ledger.claim(FP, Task.RESPOND, 30).state is TaskState.BUSY


def test_receipts_come_back_with_the_next_claim(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(intake())
    ledger.claim(FP, Task.RESPOND, 30)
    ledger.confirm(FP, "n1")
    ledger.confirm(FP, "n1")
    clock.advance(31)

    assert ledger.delivered(FP) == frozenset({"n1"})
    assert ledger.claim(FP, Task.RESPOND, 30).delivered == frozenset({"n1"})


def test_a_claim_tells_how_often_the_problem_was_seen(ledger: AnyLedger) -> None:
    ledger.observe(intake("d1", count=2))
    ledger.observe(intake("d2", count=40))

    assert ledger.claim(FP, Task.RESPOND, 30).count == 42


def test_who_is_hit_is_counted_once_each_and_anew_when_the_problem_returns(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    users = [(Whom.USERS, str(number)) for number in range(3)]
    (opened,) = ledger.observe(intake("d1", named=users[:2]))
    ledger.observe(intake("d2", named=[*users[1:], (Whom.TENANTS, "acme")]))
    claim = ledger.claim(FP, Task.RESPOND, 60)
    ledger.complete(claim)
    clock.advance(2 * DAY)
    (back,) = ledger.observe(intake("d3", named=users[:1]))

    assert isinstance(opened, Incident)
    assert isinstance(back, Incident)
    assert (opened.affected, claim.affected) == (Affected(users=2), Affected(users=3, tenants=1))
    assert back.affected == Affected(users=1)


def test_unknown_fingerprints_are_done_and_their_receipts_ignored(ledger: AnyLedger) -> None:
    ledger.confirm("v1-never", "n1")

    assert ledger.delivered("v1-never") == frozenset()
    assert ledger.claim("v1-never", Task.RESPOND, 30).state is TaskState.DONE


def test_raw_records_are_shown_or_suppressed_by_a_named_rule(ledger: AnyLedger) -> None:
    ledger.observe(intake("d1", count=3, suppressed=(("not an error", 2), ("control message", 1))))
    ledger.observe(intake("d2", count=5))
    ledger.observe(Intake("d3", (), (("not an error", 4),)))
    ledger.complete(ledger.claim(FP, Task.RESPOND, 30))
    tally = ledger.tally()

    assert tally.records == 15
    assert tally.shown == 1
    assert tally.suppressed == {"control message": 1, "known": 7, "not an error": 6}


def test_a_delivery_with_more_problems_than_one_transaction_takes_is_counted_whole(
    ledger: AnyLedger,
) -> None:
    many = tuple(intake(fingerprint=f"v1-{number:016x}").sightings[0] for number in range(90))
    opened = ledger.observe(Intake("d1", many, (("not an error", 7),)))

    assert len(opened) == 90
    assert ledger.tally().records == 97


def test_a_delivery_with_more_text_than_one_transaction_takes_is_counted_whole(ledger: AnyLedger) -> None:
    long = redacted_event(lines=("x" * 1_000,) * 100)
    many = tuple(
        replace(intake(fingerprint=f"v1-{number:016x}").sightings[0], first=lambda: long)
        for number in range(8)
    )
    whole = Intake("d1", many, (("not an error", 7),))
    opened = (*ledger.observe(whole), *ledger.observe(whole))

    assert len(opened) == 16
    assert ledger.tally().records == 15


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_racing_deliveries_of_one_new_fingerprint_open_one_incident(ledger: AnyLedger) -> None:
    barrier = threading.Barrier(8)

    def deliver(number: int) -> tuple[Incident | Digest, ...]:
        barrier.wait()
        return ledger.observe(intake(f"d{number}"))

    with ThreadPoolExecutor(8) as pool:
        opened = [incident for result in pool.map(deliver, range(8)) for incident in result]

    assert len(opened) == 1
    assert ledger.tally().records == 8


@pytest.fixture
def clock() -> FixedClock:
    """Time that the test moves, far ahead of ours: DynamoDB Local deletes what has outlived its TTL."""
    return FixedClock(START + 3_650 * DAY * 1000)


def test_problems_are_listed_with_their_state(ledger: AnyLedger) -> None:
    ledger.observe(intake("d1", count=2))
    assert [(each.fingerprint, each.state, each.count) for each in ledger.problems()] == [(FP, "waiting", 2)]

    claim = ledger.claim(FP, Task.RESPOND, 30)
    assert [each.state for each in ledger.problems()] == ["being answered"]

    ledger.complete(claim)
    repair = ledger.claim(FP, Task.REPAIR, 30)
    ledger.complete(repair, "https://example.com/pull/1")
    (problem,) = ledger.problems()

    assert (problem.state, problem.pull_request_url) == ("answered", "https://example.com/pull/1")
    assert problem.first_seen <= problem.last_seen
