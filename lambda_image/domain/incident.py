"""A problem: all occurrences of one fingerprint, and what the ledger knows of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from lambda_image.domain.action import Asked
from lambda_image.domain.affected import NOBODY, Affected, Named
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.identity import Decision
from lambda_image.domain.noise import Spike
from lambda_image.domain.storm import WAITS, Joined, Member, Release

# Characters of a problem's title that are kept.
TITLE = 200
# A fingerprint among other words.
FINGERPRINT = re.compile(r"\bv\d+-[0-9a-f]{6,32}\b", re.ASCII)


class Occurrence(NamedTuple):
    """One time that an error was seen: the ids of its log events, how many they are, and when (ms)."""

    ids: tuple[str, ...]
    records: int
    timestamp: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one delivery saw of one fingerprint.

    `count` is in occurrences, `records` in raw log records (a trace may span several), times are in
    milliseconds since the epoch. `first` makes what the first occurrence is known by, `whole` all of it: most
    problems are known, and nobody asks. `decision` says why it has this fingerprint. `size` is what `whole`
    takes as JSON at most, `redactions` are those in what was looked at, `named` whom its errors name as hit.
    `occurrences` are those counted, where their log events have ids.
    """

    fingerprint: str
    count: int
    records: int
    first_seen: int
    last_seen: int
    first: Callable[[], RedactedEvent] = field(compare=False, repr=False)
    decision: Decision | None = None
    whole: Callable[[], RedactedEvent] | None = field(default=None, compare=False, repr=False)
    size: int = 0
    redactions: int = field(default=0, compare=False)
    occurrences: tuple[Occurrence, ...] = field(default=(), repr=False)
    named: Named = field(default=frozenset(), compare=False, repr=False)

    @property
    def told(self) -> RedactedEvent:
        """What the first occurrence is known by."""
        return self.first()

    @property
    def sample(self) -> RedactedEvent:
        """The first occurrence with its lines and those before it; only a new problem needs it."""
        return self.whole() if self.whole else self.told

    @property
    def opening(self) -> int:
        """The raw records of the first occurrence that is counted."""
        return self.occurrences[0].records if self.occurrences else self.told.records

    def with_more(self, other: Sighting) -> Sighting:
        """Both as one, with this one's sample."""
        return replace(
            self,
            count=self.count + other.count,
            records=self.records + other.records,
            first_seen=min(self.first_seen, other.first_seen),
            last_seen=max(self.last_seen, other.last_seen),
            named=self.named | other.named,
            occurrences=self.occurrences + other.occurrences,
        )

    def without(self, counted: Callable[[str], bool]) -> Sighting | None:
        """What is left of it without the occurrences that begin with a log event that was counted."""
        left = tuple(each for each in self.occurrences if not counted(each.ids[0]))
        if len(left) == len(self.occurrences):
            return self
        if not left:
            return None
        return replace(
            self,
            count=len(left),
            records=sum(each.records for each in left),
            first_seen=min(each.timestamp for each in left),
            last_seen=max(each.timestamp for each in left),
            occurrences=left,
        )

    @property
    def title(self) -> str:
        """What people call it; from the log, so not yet escaped for any channel."""
        event = self.told
        parts = dict.fromkeys((event.exception_type, event.message or event.kind))
        return ": ".join(part for part in parts if part)[:TITLE]


def uncounted(sightings: Iterable[Sighting], counted: Callable[[str], bool]) -> tuple[Sighting, ...]:
    """What is left of these without the occurrences that begin with a log event that was counted."""
    left = (each.without(counted) for each in sightings)
    return tuple(each for each in left if each is not None)


@dataclass(frozen=True, slots=True)
class Intake:
    """One delivery, understood: what it adds to the ledger, in one atomic write.

    `suppressed` maps the rule that held records back to their number. `stream` names whose log events these
    are; empty where they have no ids of their own. `release` is what ran there, where its name tells.
    """

    delivery_id: str
    sightings: tuple[Sighting, ...]
    suppressed: tuple[tuple[str, int], ...] = ()
    stream: str = ""
    release: Release | None = None

    @property
    def records(self) -> int:
        """The raw records of the delivery."""
        held = sum(count for _, count in self.suppressed)
        return held + sum(sighting.records for sighting in self.sightings)


@dataclass(frozen=True, slots=True)
class History:
    """What was known of a problem that came back after `silence` ms.

    It had been seen `count` times since `first_seen` (ms since the epoch).
    """

    first_seen: int
    count: int
    silence: int
    pull_request_url: str | None = None


def thread(fingerprint: str, now: int) -> str:
    """The name of the thread that a problem begins; `now` in milliseconds since the epoch."""
    return f"{fingerprint}-{now}"


@dataclass(frozen=True, slots=True)
class Incident:
    """One problem to be answered once, or with `spike` a known one whose rate is to be told.

    `thread_id` names its thread in the channel; a problem that came back has a new one, and a `history`.
    `decision` says why its first occurrence has this fingerprint; None in what older versions queued.
    `round` goes up when somebody asks for another answer in the same thread. One that `joined` another's
    incident is told in the thread of that one; `members` are those that joined this one.
    """

    fingerprint: str
    thread_id: str
    first_seen: int
    last_seen: int
    count: int
    event: RedactedEvent
    decision: Decision | None = None
    history: History | None = None
    spike: Spike | None = None
    round: int = 0
    affected: Affected = NOBODY
    joined: Joined | None = None
    members: tuple[Member, ...] = ()

    @property
    def work_id(self) -> str:
        """What is kept of this round's work is kept under this name."""
        return f"{self.thread_id}.{self.round}" if self.round else self.thread_id

    @property
    def told_in(self) -> str:
        """The thread in which people hear of it."""
        return self.joined.thread_id if self.joined else self.thread_id

    @property
    def delay(self) -> float:
        """Seconds from now until it is to be told."""
        return WAITS if self.joined and not self.spike else 0


class Task(StrEnum):
    """The pieces of work that are done once: per incident, per spike, per digest, per pull request."""

    RESPOND = "respond"
    REPAIR = "repair"
    SPIKE = "spike"
    DIGEST = "digest"
    MERGED = "merged"
    AFTERMATH = "aftermath"


class TaskState(StrEnum):
    """How far a task has come, as the ledger tells it to the one who asks for the claim."""

    CLAIMED = "claimed"
    BUSY = "busy"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class WorkClaim:
    """The answer to a request for work.

    With state CLAIMED the caller owns the task until `lease_until` (ms since the epoch) and must
    complete or release it with this claim. `delivered` holds the ids of the messages of this incident that
    are known to be out, by the topic's receipts and the notes of other channels: they must not be sent again.
    `thread_id` is the newest of a problem, empty for a digest.
    """

    fingerprint: str
    task: Task
    state: TaskState
    owner: str = ""
    lease_until: int = 0
    count: int = 0
    last_seen: int = 0
    delivered: frozenset[str] = field(default_factory=frozenset)
    affected: Affected = NOBODY
    thread_id: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What the ledger knows of one problem, for people: times in milliseconds since the epoch.

    `state` is "waiting", "being answered", "answered", "fixed", "still firing" or "held back". `silence` is
    how long it was silent before it came back, 0 where it never did; `spiked_at` and `muted_until` are 0
    where they do not apply. `merged_into` is the problem that it is counted as, `member_of` the one in whose
    thread it is told. `muted_by` and `merged_by` are empty where nobody told; `asked` is what people
    asked for in the channel, the newest first.
    """

    fingerprint: str
    state: str
    count: int
    first_seen: int
    last_seen: int
    pull_request_url: str | None = None
    title: str = ""
    silence: int = 0
    spiked_at: int = 0
    muted_until: int = 0
    mute_reason: str = ""
    merged_into: str = ""
    member_of: str = ""
    muted_by: str = ""
    merged_by: str = ""
    thread_id: str = ""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """The conservation law in numbers: `records` = `shown` + the sum of `suppressed`.

    `told` counts the tasks that ended with a message: answers, repairs, spikes, digests and receipts.
    """

    records: int
    shown: int
    suppressed: dict[str, int]
    told: int = 0
