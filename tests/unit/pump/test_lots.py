"""Split, try again, give up: what becomes of stream records that failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.pump.lots import Lot, StreamRecord, Verdict, after_delivery, after_expiry


def records(numbers: str, age: float = 0) -> tuple[StreamRecord, ...]:
    """One record for each character."""
    arrived = datetime.now(UTC) - timedelta(seconds=age)
    return tuple(StreamRecord(number, "key", b"", arrived) for number in numbers)


def numbers(lot: Lot | None) -> str:
    return "".join(record.sequence_number for record in lot.records) if lot else ""


def judged(
    batch: str, failed: str, *, failures: int = 0, bisect: bool = False, maximum_retries: int = -1
) -> Verdict:
    lot = Lot(records(batch), failures)
    return after_delivery(lot, frozenset(failed), bisect=bisect, maximum_retries=maximum_retries)


def test_a_batch_that_succeeded_is_done() -> None:
    verdict = judged("1234", "")

    assert (len(verdict.done), verdict.given_up, verdict.left) == (4, None, ())


@pytest.mark.parametrize("failed", ["3", "34", "43"])
def test_the_lowest_failure_is_the_checkpoint_and_all_after_it_comes_again(failed: str) -> None:
    verdict = judged("1234", failed, failures=5, maximum_retries=5)

    assert numbers(Lot(verdict.done)) == "12"
    assert [(numbers(lot), lot.failures) for lot in verdict.left] == [("34", 0)]


def test_a_batch_without_progress_is_tried_again_as_it_was() -> None:
    verdict = judged("12", "1", failures=1, maximum_retries=2)

    assert [(numbers(lot), lot.failures) for lot in verdict.left] == [("12", 2)]


def test_after_the_last_retry_the_whole_batch_is_given_up() -> None:
    verdict = judged("12", "12", failures=2, maximum_retries=2)

    assert (verdict.done, verdict.left) == ((), ())
    assert (numbers(verdict.given_up), verdict.given_up and verdict.given_up.failures) == ("12", 3)


def test_without_a_limit_nothing_is_given_up() -> None:
    assert judged("1", "1", failures=10_000).given_up is None


def test_halving_costs_no_retry_and_keeps_the_order() -> None:
    verdict = judged("12345", "1", failures=1, bisect=True, maximum_retries=1)

    assert [(numbers(lot), lot.failures) for lot in verdict.left] == [("12", 1), ("345", 1)]


def test_a_single_record_is_not_halved_but_counted() -> None:
    verdict = judged("1", "1", bisect=True, maximum_retries=0)

    assert numbers(verdict.given_up) == "1"


def test_only_the_old_head_of_a_batch_expires() -> None:
    lot = Lot(records("12", age=100) + records("34"), failures=1)

    verdict = after_expiry(lot, 60)

    assert numbers(verdict.given_up) == "12"
    assert [(numbers(left), left.failures) for left in verdict.left] == [("34", 1)]


def test_a_batch_can_expire_as_a_whole_or_not_at_all() -> None:
    old = Lot(records("12", age=100))

    assert after_expiry(old, 60).left == ()
    assert after_expiry(old, -1) == Verdict(left=(old,))
    assert after_expiry(old, 1_000) == Verdict(left=(old,))
