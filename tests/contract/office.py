"""What the contract tests of noise control share: a few limits, deliveries, and what follows a card."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol

import pytest

from lambda_image.domain.incident import Incident, Intake, Task
from lambda_image.domain.noise import Digest, NoisePolicy
from lambda_image.ports import Actions, Digests, Ledger, Mutes, Receipts
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake

FP = "v1-0123456789abcdef"
HOUR, DAY = 3_600, 86_400
ROOM = 3
WINDOW = 600
# moto copies its tables for each transaction without a lock: threads upset it, and much of it takes minutes.
RACED = [
    "memory",
    pytest.param("dynamodb_local", marks=[pytest.mark.loopback, pytest.mark.dynamodb_local]),
]
LIMITS = NoisePolicy(problems=ROOM, window=WINDOW, spike_minimum=20, spike_factor=5, spike_quiet=6 * HOUR)


class AnyLedger(Ledger, Receipts, Digests, Mutes, Actions, Protocol):
    """All that a ledger can do."""


def top_of_an_hour() -> FixedClock:
    """A clock at the top of an hour, far ahead: DynamoDB Local deletes what is overdue."""
    hours = START // 3_600_000 + 3_650 * 24
    return FixedClock(hours * 3_600_000)


def named(number: int) -> str:
    """The fingerprint of one of many problems."""
    return f"v1-{number:016x}"


def delivery(name: str, *numbers: int) -> Intake:
    """A delivery that sees each of these problems once."""
    return Intake(name, tuple(intake(fingerprint=named(number)).sightings[0] for number in numbers))


def incidents(work: tuple[Incident | Digest, ...]) -> list[Incident]:
    return [each for each in work if isinstance(each, Incident)]


def digests(work: tuple[Incident | Digest, ...]) -> list[Digest]:
    return [each for each in work if isinstance(each, Digest)]


def answer(ledger: AnyLedger, fingerprint: str = FP) -> None:
    ledger.complete(ledger.claim(fingerprint, Task.RESPOND, 60))


def today(clock: FixedClock) -> date:
    return datetime.fromtimestamp(clock.now() / 1000, UTC).date()


def usual(ledger: AnyLedger, clock: FixedClock, hours: int, count: int) -> None:
    """A problem that was answered, and then occurs so often in each hour."""
    ledger.observe(intake("first"))
    answer(ledger)
    for hour in range(hours):
        clock.advance(HOUR)
        ledger.observe(intake(f"usual{hour}", count=count))
    clock.advance(HOUR)
