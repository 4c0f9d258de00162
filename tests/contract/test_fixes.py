"""What became of pull requests, on every ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import pytest

from lambda_image.domain.aftermath import Fate, Fix
from lambda_image.domain.incident import Task
from lambda_image.domain.patch import PullRequest
from lambda_image.ports import Actions, Fixes, Ledger, LedgerReport
from lambda_image.steps.repairing.aftermath import occurrences
from tests.contract.office import DAY, FP, answer, top_of_an_hour
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake

PULL = PullRequest("team/shop", 7, "https://git.example.com/7", f"tracemend/fix-{FP}", "open", draft=True)
FIX = Fix(FP, 1, f"{FP}-1", "/aws/lambda/shop", "Fix ZeroDivisionError", PULL, START)


class FixLedger(Fixes, Ledger, LedgerReport, Actions, Protocol):
    """The sides of a ledger that this is about."""


@pytest.fixture
def clock() -> FixedClock:
    """Time that the test moves."""
    return top_of_an_hour()


def test_a_fix_is_watched_until_no_more_can_become_of_it(ledger: FixLedger) -> None:
    ledger.observe(intake("d1", fingerprint=FP))
    assert (ledger.watched(), ledger.of(FP)) == ((), ())

    ledger.keep(FIX)
    ledger.keep(replace(FIX, fingerprint="v1-b"))
    merged = replace(FIX, fate=Fate.MERGED, pull=replace(PULL, state="merged", by="ada", at=9, commit="c"))
    ledger.keep(merged)
    assert (ledger.watched(), ledger.of(FP)) == ((FP, "v1-b"), (merged,))

    ledger.keep(replace(merged, fate=Fate.HELD))
    assert ledger.watched() == ("v1-b",)

    ledger.keep(replace(FIX, fingerprint="v1-b", fate=Fate.CLOSED, until=9))
    assert ledger.watched() == ("v1-b",)
    ledger.keep(replace(FIX, fingerprint="v1-b", fate=Fate.CLOSED))
    assert ledger.watched() == ()


def test_each_attempt_has_its_own_record_oldest_first(ledger: FixLedger) -> None:
    first, second = replace(FIX, fate=Fate.FIRING, count=3), replace(FIX, attempt=2)
    ledger.keep(second)
    ledger.keep(first)
    ledger.keep(replace(second, title="Fix it better"))

    assert ledger.of(FP) == (first, replace(second, title="Fix it better"))
    assert ledger.watched() == (FP,)


def test_a_problem_is_fixed_or_still_firing_until_it_comes_back(ledger: FixLedger, clock: FixedClock) -> None:
    ledger.observe(intake("d1", fingerprint=FP))
    answer(ledger)  # type: ignore[arg-type]
    states = []
    for fate in (Fate.OPEN, Fate.MERGED, Fate.FIRING, Fate.HELD):
        ledger.keep(replace(FIX, fate=fate))
        states.append(ledger.problems()[0].state)
    clock.advance(2 * DAY)
    ledger.observe(intake("d2", fingerprint=FP))

    assert states == ["answered", "answered", "still firing", "fixed"]
    assert ledger.problems()[0].state == "waiting"


def test_the_problem_of_a_fix_is_told_as_it_stands_now(ledger: FixLedger, clock: FixedClock) -> None:
    (opened,) = ledger.observe(intake("d1", fingerprint=FP, count=4))
    ledger.complete(ledger.claim(FP, Task.RESPOND, 60))
    ledger.observe(intake("d2", fingerprint=FP, count=3))
    known = ledger.incident(FP)
    clock.advance(2 * DAY)
    (back,) = ledger.observe(intake("d3", fingerprint=FP, count=2))
    newest = ledger.incident(FP)

    assert known is not None
    assert newest is not None
    assert (known.thread_id, occurrences(known)) == (opened.thread_id, 7)
    assert (newest.thread_id, occurrences(newest)) == (back.thread_id, 9)
    assert ledger.incident("v1-ffffffffffffffff") is None
