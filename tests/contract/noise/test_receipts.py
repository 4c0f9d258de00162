"""What a day brought is told once, by the first delivery of another day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.domain.incident import Incident, Intake, Task, TaskState
from lambda_image.domain.noise import Digest, NoisePolicy
from tests.contract.office import DAY, LIMITS, AnyLedger, answer, digests, today
from tests.fakes.clock import FixedClock
from tests.fakes.events import intake


@pytest.fixture
def policy() -> NoisePolicy:
    """As elsewhere, with receipts."""
    return replace(LIMITS, receipts=True)


def quiet(name: str) -> Intake:
    """A delivery in which nothing is wrong."""
    return Intake(name, (), (("not an error", 3),))


def test_the_first_delivery_of_a_day_tells_of_the_last_one_that_had_any(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    first = today(clock)
    work: tuple[Incident | Digest, ...] = ledger.observe(quiet("d1"))
    assert work == ()
    ledger.observe(intake("d2", count=4))
    answer(ledger)
    clock.advance(3 * DAY)
    (receipt,) = digests(ledger.observe(quiet("d3")))

    assert (receipt.daily, receipt.closes <= clock.now()) == (True, True)
    assert (receipt.closes - receipt.began, receipt.delay) == (DAY * 1000, 60)
    assert digests(ledger.observe(quiet("d3"))) == [receipt]
    assert ledger.observe(quiet("d4")) == ()
    tally = ledger.tally(first)
    assert (tally.records, tally.shown, tally.told) == (7, 1, 1)
    assert tally.suppressed == {"known": 3, "not an error": 3}


def test_a_receipt_is_claimed_and_done_once(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(quiet("d1"))
    clock.advance(DAY)
    (receipt,) = digests(ledger.observe(quiet("d2")))
    claim = ledger.claim(receipt.fingerprint, Task.DIGEST, 60)
    ledger.complete(claim)
    ledger.complete(claim)

    assert ledger.observe(quiet("d2")) == ()
    assert ledger.claim(receipt.fingerprint, Task.DIGEST, 60).state is TaskState.DONE
    assert ledger.tally().told == 1
    assert ledger.problems() == ()
