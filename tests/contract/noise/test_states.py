"""States of a problem on every ledger: return, spike, mute, and a law that adds up by day."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from lambda_image.domain.incident import Incident, Task, TaskState
from lambda_image.domain.noise import Digest
from tests.contract.office import (
    DAY,
    FP,
    HOUR,
    RACED,
    AnyLedger,
    answer,
    incidents,
    today,
    usual,
)
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake


def test_a_problem_that_comes_back_keeps_its_history_and_is_answered_once_more(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake("d1", count=40))
    answer(ledger)
    repair = ledger.claim(FP, Task.REPAIR, 60)
    ledger.complete(repair, "https://example.com/pull/7")
    ledger.confirm(FP, "old card")
    clock.advance(HOUR)
    ledger.observe(intake("d2"))
    clock.advance(3 * DAY)
    back = START + 3 * DAY * 1000
    (incident,) = incidents(ledger.observe(intake("d3", count=2, first_seen=back)))

    assert incident.history is not None
    assert (incident.history.first_seen, incident.history.count) == (START, 41)
    assert incident.history.silence == 3 * DAY * 1000
    assert incident.history.pull_request_url == "https://example.com/pull/7"
    assert (incident.count, incident.first_seen) == (2, back)
    claim = ledger.claim(FP, Task.RESPOND, 60)
    assert (claim.state, claim.count, claim.delivered) == (TaskState.CLAIMED, 2, frozenset())
    ledger.complete(claim)
    assert ledger.claim(FP, Task.REPAIR, 60).state is TaskState.CLAIMED
    assert ledger.observe(intake("d4")) == ()


def test_a_problem_in_the_silence_that_is_allowed_is_known(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(intake("d1"))
    clock.advance(DAY)
    assert ledger.observe(intake("d2")) == ()
    clock.advance(DAY)
    assert ledger.observe(intake("d3")) == ()


def test_a_return_has_a_thread_of_its_own_even_for_old_log_lines(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    (first,) = ledger.observe(intake("d1"))
    answer(ledger)
    clock.advance(2 * DAY)
    (second,) = ledger.observe(intake("d2"))

    assert first.thread_id != second.thread_id


def test_a_rate_far_above_the_usual_is_told_once_in_a_while(ledger: AnyLedger, clock: FixedClock) -> None:
    usual(ledger, clock, 3, 10)
    assert ledger.observe(intake("d1", count=50)) == ()
    (spiking,) = incidents(ledger.observe(intake("d2", count=1)))
    again = ledger.observe(intake("d2", count=1))
    claim = ledger.claim(FP, Task.SPIKE, 60)

    assert spiking.spike is not None
    assert (spiking.spike.count, spiking.spike.usual, spiking.spike.at) == (51, 10, clock.now())
    assert again == (spiking,)
    assert claim.state is TaskState.CLAIMED
    assert ledger.observe(intake("d2", count=1)) == ()
    ledger.complete(claim)
    assert ledger.observe(intake("d3", count=5_000)) == ()
    assert ledger.claim(FP, Task.RESPOND, 60).state is TaskState.DONE
    assert ledger.tally().suppressed["known"] == 3 * 10 + 50 + 1 + 5_000


def test_a_second_spike_is_told_after_the_quiet_time(ledger: AnyLedger, clock: FixedClock) -> None:
    usual(ledger, clock, 3, 10)
    ledger.observe(intake("d1", count=60))
    ledger.complete(ledger.claim(FP, Task.SPIKE, 60))
    clock.advance(6 * HOUR)
    assert ledger.observe(intake("d2", count=300)) == ()
    (spiking,) = incidents(ledger.observe(intake("d3", count=1)))

    assert spiking.spike is not None
    assert (spiking.spike.count, spiking.spike.usual) == (301, 60)
    assert ledger.claim(FP, Task.SPIKE, 60).state is TaskState.CLAIMED


def test_a_rare_problem_does_not_spike_by_a_few(ledger: AnyLedger, clock: FixedClock) -> None:
    usual(ledger, clock, 1, 1)

    assert ledger.observe(intake("d1", count=19)) == ()


def test_a_new_problem_does_not_spike_in_its_first_hour(ledger: AnyLedger, clock: FixedClock) -> None:
    clock.advance(HOUR - 10)
    ledger.observe(intake("d1"))
    clock.advance(20)

    assert ledger.observe(intake("d2", count=10_000)) == ()


def test_what_a_job_does_every_day_is_no_spike(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(intake("d1", count=500))
    clock.advance(DAY)

    assert ledger.observe(intake("d2", count=600)) == ()


def test_a_muted_problem_is_counted_until_the_mute_ends_by_itself(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake("d1"))
    answer(ledger)
    until = clock.now() + 30 * DAY * 1000
    assert ledger.mute(FP, until, "the supplier knows", "ada (U1)") == FP
    clock.advance(20 * DAY)
    assert ledger.observe(intake("d2", count=5_000)) == ()
    (muted,) = ledger.problems()
    clock.advance(11 * DAY)
    (ended,) = ledger.problems()
    (back,) = incidents(ledger.observe(intake("d3")))

    assert (muted.muted_until, muted.mute_reason, muted.muted_by) == (until, "the supplier knows", "ada (U1)")
    assert (ended.muted_until, ended.mute_reason, ended.muted_by) == (0, "", "")
    assert back.history is not None
    assert back.history.count == 5_001
    assert ledger.tally().suppressed["muted"] == 5_000


def test_a_mute_can_be_ended_and_only_what_is_known_can_be_muted(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake("d1"))
    assert ledger.mute(FP, clock.now() + DAY * 1000, "one")
    assert ledger.mute(FP, clock.now() + 2 * DAY * 1000, "two")
    assert ledger.unmute(FP)
    ledger.observe(intake("d2"))

    assert not ledger.unmute(FP)
    assert not ledger.mute("v1-never", clock.now() + DAY * 1000, "why")
    assert not ledger.unmute("v1-never")
    assert [each.fingerprint for each in ledger.problems()] == [FP]
    assert "muted" not in ledger.tally().suppressed


def test_a_day_is_told_apart_from_the_next_and_the_law_holds_in_each(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    first = today(clock)
    ledger.observe(intake("d1", count=5, suppressed=(("not an error", 2),)))
    ledger.observe(intake("d1", count=5, suppressed=(("not an error", 2),)))
    clock.advance(DAY)
    answer(ledger)
    ledger.observe(intake("d2", count=3))
    one, two, all_days = ledger.tally(first), ledger.tally(today(clock)), ledger.tally()

    assert (one.records, one.shown, one.suppressed) == (7, 1, {"known": 4, "not an error": 2})
    assert (two.records, two.shown, two.suppressed) == (3, 0, {"known": 3})
    assert (all_days.records, all_days.shown) == (10, 1)
    assert ledger.tally(date(2020, 1, 1)).records == 0


def test_an_answer_that_is_completed_twice_is_shown_once(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(intake("d1"))
    first = ledger.claim(FP, Task.RESPOND, 30)
    clock.advance(31)
    second = ledger.claim(FP, Task.RESPOND, 30)
    ledger.complete(second)
    ledger.complete(first)

    assert (ledger.tally().records, ledger.tally().shown) == (1, 1)


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_racing_deliveries_of_a_problem_that_came_back_open_it_once(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(intake("old"))
    answer(ledger)
    clock.advance(2 * DAY)
    barrier = threading.Barrier(6)

    def deliver(number: int) -> tuple[Incident | Digest, ...]:
        barrier.wait()
        return ledger.observe(intake(f"d{number}"))

    with ThreadPoolExecutor(6) as pool:
        work = [each for result in pool.map(deliver, range(6)) for each in result]

    assert len(work) == 1
    assert ledger.tally().records == 7


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_racing_deliveries_tell_of_a_spike_once(ledger: AnyLedger, clock: FixedClock) -> None:
    usual(ledger, clock, 2, 2)
    barrier = threading.Barrier(6)

    def deliver(number: int) -> tuple[Incident | Digest, ...]:
        barrier.wait()
        return ledger.observe(intake(f"d{number}", count=50))

    with ThreadPoolExecutor(6) as pool:
        work = [each for result in pool.map(deliver, range(6)) for each in result]

    assert len(work) == 1
    assert ledger.tally().records == 1 + 4 + 300
