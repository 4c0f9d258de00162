"""Noise control: what a sighting is, by what was known of its problem before, and whether it is told.

These rules are the same on every ledger. Times are in milliseconds since the epoch, by the clock of the one
who counts: what a log line says of its own time decides nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
HOURS_KEPT = 24
# Of the rules that hold back a record: its problem is still to be answered.
WAITING = "waiting for its answer"
# `intake` runs 60 s at most: whoever counted into a digest is done when it is told.
DIGEST_MARGIN = 60.0


class State(StrEnum):
    """What a sighting is; where it is held back, the value is the rule that did so."""

    NEW = "new"
    REGRESSED = "regressed"
    SPIKING = "spiking"
    JOINED = "joined"
    KNOWN = "known"
    MUTED = "muted"
    HELD = "too many new problems"


# What begins a thread of its own unless it joins another's (storm.py), what is told as a problem, and what
# takes a place in the channel.
OPENED = frozenset({State.NEW, State.REGRESSED})
ANSWERED = OPENED | {State.JOINED}
TOLD = OPENED | {State.SPIKING}


@dataclass(frozen=True, slots=True)
class NoisePolicy:
    """What a team may choose; `lambda_image/settings.py` has the names and defaults.

    A problem that was silent for `silence` seconds and comes back is answered again. At most `problems` are
    told in any `window` seconds. A problem spikes when this hour saw at least `spike_minimum` of it, and more
    than `spike_factor` times what the busiest of the 24 hours before saw; it is told once in `spike_quiet`
    seconds. With `receipts` the first delivery of a day, in UTC, tells what was counted in the day before.
    """

    silence: float = 86_400
    problems: int = 10
    window: float = 600
    spike_minimum: int = 20
    spike_factor: int = 5
    spike_quiet: float = 21_600
    receipts: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a problem before it is seen again.

    `told` since `began`, unless it is still held back; `silence` is how long it was silent before it came
    back, 0 where it never was. `hours` has the occurrences by hours since the epoch.
    """

    told: bool
    arrived: int
    began: int
    silence: int = 0
    muted_until: int = 0
    spiked_at: int = 0
    hours: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spike:
    """`count` occurrences in the hour of `at`; `usual` is what the busiest of the 24 hours before saw."""

    at: int
    count: int
    usual: int


@dataclass(frozen=True, slots=True)
class Digest:
    """One message about all that was held back until `closes`; its name is its key and its thread.

    A `daily` one is about all that was counted in a day.
    """

    fingerprint: str
    began: int
    closes: int
    daily: bool = False

    @property
    def thread_id(self) -> str:
        """A thread of its own."""
        return self.fingerprint

    @property
    def work_id(self) -> str:
        """There is one round."""
        return self.fingerprint

    @property
    def delay(self) -> float:
        """Seconds from now, its beginning, until it can be told; a day is over when its receipt begins."""
        return DIGEST_MARGIN + (0 if self.daily else (self.closes - self.began) / SECOND)


@dataclass(frozen=True, slots=True)
class HeldProblem:
    """A problem that was held back, and with how many records."""

    fingerprint: str
    title: str
    records: int


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a digest tells: so many `problems` with so many raw `records`, the largest first in `top`."""

    problems: int
    records: int
    top: tuple[HeldProblem, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """The way into the channel: when the last messages went through, and when the last digest began.

    `day` is that of the newest delivery, in days since the epoch; 0 where no receipts are wanted.
    """

    passed: tuple[int, ...] = ()
    digest: int = 0
    day: int = 0

    def room(self, now: int, policy: NoisePolicy) -> int:
        """How many more may be told now."""
        return max(policy.problems - len(self._lately(now, policy)), 0)

    def after(self, states: Sequence[State], now: int, policy: NoisePolicy) -> Gate:
        """The gate when these have been told or held back."""
        told = sum(state in TOLD for state in states)
        runs = now < self.digest + policy.window * SECOND
        digest = now if State.HELD in states and not runs else self.digest
        day = max(self.day, now // DAY) if policy.receipts else 0
        return Gate((*self._lately(now, policy), *(now,) * told), digest, day)

    def receipt(self, after: Gate) -> Digest | None:
        """That of the day which is over, when the gate after a delivery is in another one."""
        if not 0 < self.day < after.day:
            return None
        began = self.day * DAY
        return Digest(f"digest-day-{self.day}", began, began + DAY, daily=True)

    def running(self, policy: NoisePolicy) -> Digest:
        """The digest that holds what this gate does not let through."""
        return Digest(f"digest-{self.digest}", self.digest, self.digest + int(policy.window * SECOND))

    def _lately(self, now: int, policy: NoisePolicy) -> tuple[int, ...]:
        return tuple(at for at in self.passed if at > now - policy.window * SECOND)


def judge(standing: Standing | None, count: int, now: int, policy: NoisePolicy) -> State:
    """What `count` more occurrences are, if there is room to tell of them."""
    if standing is None:
        return State.NEW
    if now < standing.muted_until:
        return State.MUTED
    if not standing.told:
        return State.REGRESSED if standing.silence else State.NEW
    if silent(standing, now, policy):
        return State.REGRESSED
    return State.SPIKING if spike(standing, count, now, policy) else State.KNOWN


def silent(standing: Standing, now: int, policy: NoisePolicy) -> bool:
    """Whether it was silent so long that an occurrence now is a return."""
    return standing.arrived + policy.silence * SECOND < now


def spike(standing: Standing, count: int, now: int, policy: NoisePolicy) -> Spike | None:
    """The spike that `count` more occurrences make, if they make one that was not told lately.

    A problem in its first hour has no usual rate, so it cannot spike.
    """
    if now < standing.began + HOUR or now < standing.spiked_at + policy.spike_quiet * SECOND:
        return None
    this = now // HOUR
    usual = max(
        (seen for hour, seen in standing.hours.items() if this - HOURS_KEPT <= hour < this), default=0
    )
    seen = standing.hours.get(this, 0) + count
    high = seen >= policy.spike_minimum and seen > policy.spike_factor * usual
    return Spike(now, seen, usual) if high else None


def admit(states: Sequence[State], room: int) -> tuple[State, ...]:
    """The same, with those held back for which there is no room; new and regressed problems go first.

    A spike for which there is no room is known, and may be told with its next occurrence.
    """
    first = [at for at, state in enumerate(states) if state in OPENED]
    then = [at for at, state in enumerate(states) if state is State.SPIKING]
    through = {*(first + then)[:room]}
    held = dict.fromkeys(first, State.HELD) | dict.fromkeys(then, State.KNOWN)
    return tuple(state if at in through else held.get(at, state) for at, state in enumerate(states))
