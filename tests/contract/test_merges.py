"""What every ledger makes of problems that people say are one: in memory, on moto, on DynamoDB Local."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import pytest
from moto import mock_aws

from lambda_image.adapters.dynamodb.merges import DynamoMerges
from lambda_image.domain.incident import Intake, Occurrence, Task
from lambda_image.domain.noise import NoisePolicy
from lambda_image.ports import Ledger, LedgerReport, Merges, Mutes
from tests.contract.conftest import TABLES, WholeLedger, fresh_table
from tests.contract.office import RACED
from tests.fakes.actions import MemoryActions
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake

ONE, TWO, THREE = "v1-0000000000000001", "v1-0000000000000002", "v1-0000000000000003"


class AnyLedger(Ledger, LedgerReport, Mutes, Protocol):
    """What is counted, how it is told, and what is muted."""


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


@pytest.mark.parametrize("desk", RACED, indirect=True)
def test_two_who_merge_at_once_make_no_ring(desk: Desk) -> None:
    pairs = [(ONE, TWO), (TWO, ONE), (TWO, THREE), (THREE, ONE)] * 3
    with ThreadPoolExecutor(4) as people:
        done = list(people.map(lambda pair: desk.merges.merge(*pair), pairs))
    part_of = {each.fingerprint: each.merged_into for each in desk.ledger.problems()}

    assert any(done)
    assert "" in part_of.values()
    for name in part_of:
        chain = [name]
        while into := part_of[chain[-1]]:
            assert into not in chain
            chain.append(into)


def test_merges_and_splits_between_deliveries_that_overlap_lose_and_repeat_nothing(desk: Desk) -> None:
    chance = random.Random(7)  # noqa: S311 - a history, not a secret
    events = [(f"e{at}", chance.choice((ONE, TWO, THREE))) for at in range(24)]
    seen: set[str] = set()
    for at in range(16):
        pair = chance.sample((ONE, TWO, THREE), 2)
        if chance.random() < 0.5:
            desk.merges.merge(*pair)
        elif chance.random() < 0.5:
            desk.merges.split(pair[0])
        begin = chance.randrange(len(events))
        some = events[begin : begin + chance.randint(1, 12)]
        for _ in range(chance.choice((1, 1, 2))):
            desk.ledger.observe(overlapping(f"o{at}", some))
        seen |= {name for name, _ in some}
        assert sum(each.count for each in desk.ledger.problems()) == 3 + len(seen)
        assert desk.ledger.tally().records == 3 + len(seen)


def overlapping(delivery: str, events: list[tuple[str, str]]) -> Intake:
    """A delivery of log events, some of which came in others."""
    sightings = []
    for name in dict.fromkeys(about for _, about in events):
        (one,) = intake(fingerprint=name).sightings
        ids = [event for event, about in events if about == name]
        occurrences = tuple(Occurrence((event,), 1, START) for event in ids)
        sightings.append(replace(one, count=len(ids), records=len(ids), occurrences=occurrences))
    return Intake(delivery, tuple(sightings), stream="s")


def test_a_mute_follows_a_merge(desk: Desk, clock: FixedClock) -> None:
    desk.merges.merge(ONE, TWO, "ada (U1)")
    until = clock.now() + 86_400_000

    assert desk.ledger.mute(ONE, until, "why") == TWO
    assert desk.ledger.observe(intake("d1", ONE, count=900)) == ()
    assert {each.fingerprint: each.muted_until for each in desk.ledger.problems()} == {
        ONE: 0,
        TWO: until,
        THREE: 0,
    }
    assert desk.ledger.unmute(ONE)
    assert [each.merged_by for each in desk.ledger.problems() if each.merged_into] == ["ada (U1)"]


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
