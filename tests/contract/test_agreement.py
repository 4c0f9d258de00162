"""The ledger in memory and the one on DynamoDB say the same of any history."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from moto import mock_aws

from lambda_image.domain.incident import Intake, Task, TaskState
from lambda_image.domain.noise import Digest, NoisePolicy
from lambda_image.ports import Mutes
from tests.contract.conftest import dynamo
from tests.contract.office import AnyLedger, named, top_of_an_hour
from tests.fakes.actions import MemoryActions
from tests.fakes.clock import FixedClock
from tests.fakes.events import intake

POLICY = NoisePolicy(
    silence=7_200, problems=3, window=600, spike_minimum=5, spike_factor=2, spike_quiet=3_600
)
PROBLEMS = 8
STEPS = 40
WAITS = (0, 1, 60, 300, 700, 3_600, 8_000)


@pytest.fixture
def ledgers() -> Iterator[tuple[FixedClock, AnyLedger, AnyLedger]]:
    """Both, by one clock."""
    clock = top_of_an_hour()
    with mock_aws():
        yield clock, MemoryActions(clock, POLICY), dynamo(clock, POLICY)


def delivery(name: str, chance: random.Random) -> Intake:
    """A few problems, each some times, and some lines that are none."""
    seen = chance.sample(range(PROBLEMS), chance.randint(0, 5))
    sightings = (
        intake(fingerprint=named(each), count=chance.choice((1, 1, 3, 40))).sightings[0] for each in seen
    )
    return Intake(name, tuple(sightings), (("not an error", chance.randint(0, 4)),))


def work_on(ledger: AnyLedger, fingerprint: str, task: Task, *, finish: bool) -> tuple[TaskState, int, bool]:
    """Claim a task, and perhaps complete it; what the claim says."""
    claim = ledger.claim(fingerprint, task, 30)
    if finish and claim.state is TaskState.CLAIMED:
        ledger.complete(claim, f"https://example.com/{fingerprint}" if task is Task.REPAIR else None)
    return claim.state, claim.count, bool(claim.owner)


def mute(ledger: Mutes, fingerprint: str, until: int) -> str | bool:
    """Mute, or with a time that is over unmute."""
    return ledger.mute(fingerprint, until, "why") if until else ledger.unmute(fingerprint)


@pytest.mark.parametrize("seed", range(2))
def test_both_ledgers_say_the_same(ledgers: tuple[FixedClock, AnyLedger, AnyLedger], seed: int) -> None:
    clock, *both = ledgers
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    deliveries: list[Intake] = []
    digests: list[Digest] = []
    counted: dict[str, int] = {}
    for step in range(STEPS):
        clock.advance(chance.choice(WAITS))
        if not deliveries or chance.random() < 0.8:
            deliveries.append(delivery(f"d{step}", chance))
        again = chance.choice(deliveries[-3:])
        counted[again.delivery_id] = again.records
        one, other = (ledger.observe(again) for ledger in both)
        assert one == other
        digests += [work for work in one if isinstance(work, Digest)]
        name, task = named(chance.randrange(PROBLEMS)), chance.choice((Task.RESPOND, Task.SPIKE, Task.REPAIR))
        finish = chance.random() < 0.7
        one_said, other_said = (work_on(ledger, name, task, finish=finish) for ledger in both)
        assert one_said == other_said
        until = clock.now() + chance.choice((600_000, 10_000_000)) if chance.random() < 0.5 else 0
        if chance.random() < 0.1:
            assert len({mute(ledger, name, until) for ledger in both}) == 1
        # What is older was told long ago, and is forgotten.
        for digest in digests[-2:]:
            assert both[0].held_back(digest) == both[1].held_back(digest)

    assert set(both[0].problems()) == set(both[1].problems())
    assert both[0].tally() == both[1].tally()
    assert both[0].tally().records == sum(counted.values())
    assert digests
