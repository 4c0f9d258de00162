"""What every ledger makes of problems that people say are one: in memory, on moto, on DynamoDB Local."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import pytest
from moto import mock_aws

from lambda_image.adapters.dynamodb.merges import DynamoMerges
from lambda_image.domain.incident import Intake, Task
from lambda_image.domain.noise import NoisePolicy
from lambda_image.ports import Ledger, LedgerReport, Merges
from tests.contract.conftest import TABLES, WholeLedger, fresh_table
from tests.fakes.actions import MemoryActions
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake

ONE, TWO, THREE = "v1-0000000000000001", "v1-0000000000000002", "v1-0000000000000003"


class AnyLedger(Ledger, LedgerReport, Protocol):
    """What is counted, and how it is told."""


@dataclass
class Desk:
    """A ledger and those who merge in it."""

    ledger: AnyLedger
    merges: Merges

    def seen(self, name: str, delivery: str, count: int = 1) -> int:
        """Count it; how many incidents that opened."""
        return len(self.ledger.observe(intake(delivery, name, count=count)))

    def counted(self, name: str) -> int:
        """So many occurrences."""
        return next(each.count for each in self.ledger.problems() if each.fingerprint == name)


@pytest.fixture
def clock() -> FixedClock:
    """Time ahead of ours: DynamoDB Local deletes what has outlived its TTL."""
    return FixedClock(START + 3_650 * 86_400_000)


@pytest.fixture(params=TABLES)
def desk(request: pytest.FixtureRequest, clock: FixedClock, policy: NoisePolicy) -> Iterator[Desk]:
    """Each ledger in turn, with three problems, all answered."""
    if request.param == "memory":
        memory = MemoryActions(clock, policy)
        yield answered(Desk(memory, memory))
    elif request.param == "moto":
        with mock_aws():
            table = fresh_table(clock)
            yield answered(Desk(WholeLedger(table, clock, policy), DynamoMerges(table, clock)))
    else:
        table = fresh_table(clock, request.getfixturevalue("dynamodb_local"))
        yield answered(Desk(WholeLedger(table, clock, policy), DynamoMerges(table, clock)))


def answered(desk: Desk) -> Desk:
    """The same, once everything in it was answered."""
    for name in (ONE, TWO, THREE):
        desk.seen(name, f"first-{name}")
        desk.ledger.complete(desk.ledger.claim(name, Task.RESPOND, 60))
    return desk


def test_a_merged_problem_is_counted_as_the_other_and_split_as_itself_again(desk: Desk) -> None:
    merged = desk.merges.merge(ONE, TWO)
    desk.seen(ONE, "d1", 5)
    within = (desk.counted(ONE), desk.counted(TWO))
    split = desk.merges.split(ONE)
    desk.seen(ONE, "d2", 2)

    assert (merged, split) == (True, True)
    assert within == (1, 6)
    assert (desk.counted(ONE), desk.counted(TWO)) == (3, 6)
    assert desk.ledger.tally().records == 3 + 5 + 2


def test_both_in_one_delivery_are_one_sighting_and_a_redelivery_counts_nothing(desk: Desk) -> None:
    desk.merges.merge(ONE, TWO)
    both = Intake(
        "d1", (*intake(fingerprint=ONE, count=3).sightings, *intake(fingerprint=TWO, count=4).sightings)
    )
    for _ in range(2):
        desk.ledger.observe(both)

    assert (desk.counted(ONE), desk.counted(TWO)) == (1, 8)
    assert desk.ledger.tally().records == 3 + 7


def test_a_merged_problem_does_not_come_back_by_itself(desk: Desk, clock: FixedClock) -> None:
    desk.merges.merge(ONE, TWO)
    clock.advance(2 * 86_400)
    (back,) = desk.ledger.observe(replace(intake("d1", ONE)))

    assert getattr(back, "fingerprint", "") == TWO
    assert [each.merged_into for each in desk.ledger.problems() if each.fingerprint == ONE] == [TWO]


def test_chains_are_followed_and_rings_refused(desk: Desk) -> None:
    done = [desk.merges.merge(ONE, TWO), desk.merges.merge(TWO, THREE)]
    refused = [desk.merges.merge(THREE, ONE), desk.merges.merge(THREE, TWO), desk.merges.merge(ONE, ONE)]
    desk.seen(ONE, "d1")

    assert (done, refused) == ([True, True], [False, False, False])
    assert desk.counted(THREE) == 2


def test_what_is_not_known_or_not_answered_is_not_merged(desk: Desk) -> None:
    desk.seen("v1-0000000000000004", "d4")

    assert not desk.merges.merge("v1-unknown", TWO)
    assert not desk.merges.merge(ONE, "v1-unknown")
    assert not desk.merges.merge("v1-0000000000000004", TWO)
    assert not desk.merges.split(ONE)
