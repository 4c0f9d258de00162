"""What people ask for in the channel, on every ledger: once each, and an answer anew counts nothing twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lambda_image.domain.action import Noted, Request, Verb
from lambda_image.domain.incident import Task, TaskState
from tests.contract.office import FP, RACED, AnyLedger, answer, incidents
from tests.fakes.clock import FixedClock
from tests.fakes.events import intake

DAY = 86_400


def opened(ledger: AnyLedger, delivery: str = "d1") -> Request:
    """A press below the card of a problem that has just been seen."""
    (incident,) = incidents(ledger.observe(intake(delivery, count=4)))
    return Request(Verb.ANALYSE, incident.thread_id, f"mark-{delivery}")


def test_a_request_is_noted_once_until_it_is_withdrawn(ledger: AnyLedger) -> None:
    request = opened(ledger)

    assert [ledger.note(request), ledger.note(request)] == [Noted.NOTED, Noted.BEFORE]
    ledger.withdraw(request)
    ledger.withdraw(request)
    assert ledger.note(replace(request, by="ada (U1)")) is Noted.NOTED
    (problem,) = ledger.problems()
    assert [(each.verb, each.by) for each in problem.asked] == [(Verb.ANALYSE, "ada (U1)")]


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_of_many_who_press_at_once_one_is_noted_and_one_reopens(ledger: AnyLedger) -> None:
    request = opened(ledger)
    answer(ledger)
    barrier = threading.Barrier(6)

    def press(number: int) -> tuple[Noted, int]:
        barrier.wait()
        noted = ledger.note(replace(request, by=f"U{number}"))
        incident = ledger.reopen(FP)
        return noted, incident.round if incident else 0

    with ThreadPoolExecutor(6) as people:
        done = list(people.map(press, range(6)))

    assert [noted for noted, _ in done].count(Noted.NOTED) == 1
    assert {round_ for _, round_ in done} <= {0, 1}
    assert len(ledger.problems()[0].asked) == 1


def test_a_thread_that_is_not_the_newest_or_unknown_is_refused(ledger: AnyLedger, clock: FixedClock) -> None:
    old = opened(ledger)
    answer(ledger)
    clock.advance(2 * DAY)
    new = opened(ledger, "d2")

    assert ledger.note(old) is Noted.UNKNOWN
    assert ledger.note(replace(old, thread_id="v1-ffffffffffffffff-1")) is Noted.UNKNOWN
    assert ledger.note(new) is Noted.NOTED


def test_an_answered_problem_is_opened_for_another_round_in_its_thread(ledger: AnyLedger) -> None:
    request = opened(ledger)
    answer(ledger)
    ledger.complete(ledger.claim(FP, Task.REPAIR, 60))
    ledger.observe(intake("d2", count=3))
    before = ledger.tally()

    incident = ledger.reopen(FP)

    assert incident is not None
    assert (incident.thread_id, incident.round, incident.count) == (request.thread_id, 1, 7)
    assert incident.work_id != incident.thread_id
    assert incident.event.lines
    assert ledger.reopen(FP) == incident
    claim = ledger.claim(FP, Task.RESPOND, 60)
    assert ledger.reopen(FP) is None
    ledger.complete(claim)
    assert ledger.claim(FP, Task.REPAIR, 60).state is TaskState.CLAIMED
    assert ledger.tally() == replace(before, told=before.told + 1)
    again = ledger.reopen(FP)
    assert again is not None
    assert again.round == 2


def test_a_problem_that_came_back_begins_with_its_first_round(ledger: AnyLedger, clock: FixedClock) -> None:
    opened(ledger)
    answer(ledger)
    ledger.reopen(FP)
    answer(ledger)
    clock.advance(2 * DAY)
    opened(ledger, "d2")
    answer(ledger)

    incident = ledger.unrepaired(FP)

    assert incident is not None
    assert incident.round == 0
    assert incident.history is not None


def test_only_what_was_answered_and_not_repaired_is_given_for_a_repair(ledger: AnyLedger) -> None:
    opened(ledger)
    unanswered = ledger.unrepaired(FP)
    answer(ledger)
    answered = ledger.unrepaired(FP)
    ledger.claim(FP, Task.REPAIR, 60)

    assert unanswered is None
    assert answered is not None
    assert answered.fingerprint == FP
    assert ledger.unrepaired(FP) is None
    assert ledger.unrepaired("v1-ffffffffffffffff") is None
