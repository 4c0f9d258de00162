"""The ledger in memory; it passes the same contract suite as the one on DynamoDB."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

from lambda_image.domain import noise
from lambda_image.domain.affected import unmet
from lambda_image.domain.aftermath import STATES
from lambda_image.domain.channels import receipts
from lambda_image.domain.incident import (
    History,
    Incident,
    Intake,
    Problem,
    Sighting,
    Tally,
    Task,
    TaskState,
    WorkClaim,
    uncounted,
)
from lambda_image.domain.joining import Opened
from lambda_image.domain.noise import Digest, Gate, HeldBack, HeldProblem, NoisePolicy, Spike, State
from lambda_image.ports import Clock
from tests.fakes.ledger_entry import Entry
from tests.fakes.storms import MemoryStorms


class MemoryLedger(MemoryStorms):
    """Implements `Ledger`, `Receipts`, `LedgerReport`, `Digests`, `Mutes`, and the rest by its parents."""

    def __init__(self, clock: Clock, policy: NoisePolicy | None = None) -> None:
        super().__init__()
        self._clock = clock
        self._policy = policy or NoisePolicy()
        self._digests: dict[str, Digest] = {}
        self._deliveries: dict[str, tuple[str, ...]] = {}
        self._events: dict[tuple[str, str], str] = {}
        self._counts: dict[int, Counter[str]] = {}
        self._gate = Gate()
        self._owners = 0

    def observe(self, intake: Intake) -> tuple[Incident | Digest, ...]:
        """See `Ledger.observe`."""
        with self._lock:
            intake = replace(intake, sightings=self.as_counted(intake.sightings))
            if intake.delivery_id not in self._deliveries:
                left = uncounted(intake.sightings, lambda name: (intake.stream, name) in self._events)
                self._deliveries[intake.delivery_id] = self._count(replace(intake, sightings=left))
            return tuple(self._to_tell(intake, self._by(intake)))

    def _by(self, intake: Intake) -> set[str]:
        """The delivery, and those in which some of its events came first."""
        if not intake.stream:
            return {intake.delivery_id}
        occurrences = (each for sighting in intake.sightings for each in sighting.occurrences)
        names = [(intake.stream, name) for each in occurrences for name in each.ids]
        return {self._events.setdefault(name, intake.delivery_id) for name in names} | {intake.delivery_id}

    def _count(self, intake: Intake) -> tuple[str, ...]:
        """Count it; the names of the digest and the receipt that it began, if it began them."""
        now, policy, before = self._clock.now(), self._policy, self._gate
        found = [self.entries.get(each.fingerprint) for each in intake.sightings]
        judged = [
            noise.judge(entry.standing() if entry else None, sighting.count, now, policy)
            for sighting, entry in zip(intake.sightings, found, strict=True)
        ]
        room, new = before.room(now, policy), self.new_release(intake, now)
        pairs = zip(intake.sightings, judged, strict=True)
        joined = self.joining((each for each, state in pairs if state in noise.OPENED), room, now, new)
        told = zip(intake.sightings, judged, strict=True)
        joining = [State.JOINED if each.fingerprint in joined else state for each, state in told]
        states = noise.admit(joining, room)
        self._gate = before.after(states, now, policy)
        digest = self._gate.running(policy)
        begun = [digest] if self._gate.digest != before.digest else []
        if receipt := before.receipt(self._gate):
            begun.append(receipt)
        for each in begun:
            self._digests[each.fingerprint] = each
            self.entries[each.fingerprint] = Entry()
        rules = Counter(dict(intake.suppressed))
        for sighting, state in zip(intake.sightings, states, strict=True):
            rules.update(self._sighted(intake.delivery_id, sighting, state, digest.fingerprint))
        opened = Opened("", now, new.deployment if new else "")
        self.join(tuple(zip(intake.sightings, states, strict=True)), joined, opened)
        self._counts.setdefault(now // noise.HOUR, Counter()).update(rules)
        return tuple(each.fingerprint for each in begun)

    def _sighted(self, delivery: str, sighting: Sighting, state: State, digest: str) -> dict[str, int]:
        """Count it to its problem; how many records it adds to which rule."""
        now = self._clock.now()
        known = sighting.fingerprint in self.entries
        entry = self.entries.setdefault(sighting.fingerprint, Entry(title=sighting.title))
        if not known:
            entry.first_ever = entry.first_seen = sighting.first_seen
        if state is State.SPIKING:
            entry.spike = noise.spike(entry.standing(), sighting.count, now, self._policy)
            entry.spiked_by = delivery
            entry.forget(Task.SPIKE)
        if entry.told and (state is State.REGRESSED or state is State.HELD):
            entry.first_seen, entry.seen_before = sighting.first_seen, entry.count
            entry.silence = now - entry.arrived
            entry.marks = {}
        if state is State.HELD:
            entry.told = False
            entry.held[digest] += sighting.records
        for whom, marks in unmet(sighting.fingerprint, sighting.named, entry.marks).items():
            entry.marks.setdefault(whom, set()).update(marks)
        entry.count += sighting.count
        entry.hours[now // noise.HOUR] += sighting.count
        entry.last_seen, entry.arrived = sighting.last_seen, now
        if state not in noise.ANSWERED:
            return {State.KNOWN if state is State.SPIKING else state: sighting.records}
        entry.told, entry.thread_id = True, f"{sighting.fingerprint}-{now}"
        entry.opened_by, entry.opened_at = delivery, now
        entry.opened_with = sighting.opening
        entry.spike, entry.delivered, entry.round, entry.fate = None, set(), 0, ""
        entry.joined = None
        entry.sample = _incident(sighting, entry)
        entry.forget(Task.RESPOND, Task.REPAIR, Task.SPIKE)
        return {noise.WAITING: entry.opened_with, State.KNOWN: sighting.records - entry.opened_with}

    def _to_tell(self, intake: Intake, deliveries: set[str]) -> list[Incident | Digest]:
        work: list[Incident | Digest] = []
        for sighting in intake.sightings:
            entry = self.entries.get(sighting.fingerprint, Entry())
            if entry.opened_by in deliveries and entry.waits(Task.RESPOND):
                work.append(_incident(sighting, entry))
            if entry.spike and entry.spiked_by in deliveries and entry.waits(Task.SPIKE):
                work.append(_incident(sighting, entry, entry.spike))
        begun = self._deliveries[intake.delivery_id]
        return [*work, *(self._digests[name] for name in begun if self.entries[name].waits(Task.DIGEST))]

    def begin(self, digest: Digest) -> None:
        """A digest of something else can be claimed."""
        with self._lock:
            self._digests[digest.fingerprint] = digest
            self.entries.setdefault(digest.fingerprint, Entry())

    def claim(self, fingerprint: str, task: Task, lease_seconds: float) -> WorkClaim:
        """See `Ledger.claim`."""
        with self._lock:
            entry = self.entries.get(fingerprint)
            if entry is None or task in entry.done:
                return self._claim(fingerprint, task, TaskState.DONE, entry)
            if task in entry.leases and entry.leases[task][1] >= self._clock.now():
                return self._claim(fingerprint, task, TaskState.BUSY, entry)
            self._owners += 1
            entry.leases[task] = (str(self._owners), self._clock.now() + int(lease_seconds * 1000))
            return self._claim(fingerprint, task, TaskState.CLAIMED, entry)

    def _claim(self, fingerprint: str, task: Task, state: TaskState, entry: Entry | None) -> WorkClaim:
        if entry is None:
            return WorkClaim(fingerprint, task, state)
        owner, until = entry.leases.get(task, ("", 0))
        return WorkClaim(
            fingerprint=fingerprint,
            task=task,
            state=state,
            owner=owner if state is TaskState.CLAIMED else "",
            lease_until=until,
            count=entry.count - entry.seen_before,
            last_seen=entry.last_seen,
            delivered=frozenset(entry.delivered),
            affected=entry.affected,
            thread_id=entry.thread_id,
        )

    def complete(self, claim: WorkClaim, pull_request_url: str | None = None) -> None:
        """See `Ledger.complete`."""
        with self._lock:
            entry = self.entries.get(claim.fingerprint)
            if entry is None:
                return
            if claim.task in entry.done:
                return
            counter, counts = self._clock.now() // noise.HOUR, {"told": 1}
            if claim.task is Task.RESPOND and entry.opened_by and not entry.round:
                counter = entry.opened_at // noise.HOUR
                counts |= {"shown": entry.opened_with, noise.WAITING: -entry.opened_with}
            self._counts.setdefault(counter, Counter()).update(counts)
            entry.done.add(claim.task)
            entry.leases.pop(claim.task, None)
            entry.pull_request = pull_request_url or entry.pull_request

    def release(self, claim: WorkClaim) -> None:
        """See `Ledger.release`."""
        with self._lock:
            entry = self.entries.get(claim.fingerprint)
            if entry and entry.leases.get(claim.task, ("", 0))[0] == claim.owner:
                del entry.leases[claim.task]

    def confirm(self, fingerprint: str, notification_id: str) -> None:
        """See `Receipts.confirm`."""
        with self._lock:
            if entry := self.entries.get(fingerprint):
                entry.delivered.add(notification_id)

    def problems(self) -> tuple[Problem, ...]:
        """See `LedgerReport.problems`."""
        found = (
            self._problem(name, entry) for name, entry in self.entries.items() if name not in self._digests
        )
        return tuple(sorted(found, key=lambda each: each.last_seen, reverse=True))

    def _problem(self, fingerprint: str, entry: Entry) -> Problem:
        begun = "being answered" if Task.RESPOND in entry.leases else "waiting"
        state = STATES.get(entry.fate, "answered") if Task.RESPOND in entry.done else begun
        muted = entry.muted_until > self._clock.now()
        return Problem(
            fingerprint=fingerprint,
            state=state if entry.told or not any(entry.held.values()) else "held back",
            count=entry.count,
            first_seen=entry.first_ever,
            last_seen=entry.last_seen,
            pull_request_url=entry.pull_request,
            title=entry.title,
            silence=entry.silence,
            spiked_at=entry.spike.at if entry.spike else 0,
            muted_until=entry.muted_until if muted else 0,
            mute_reason=entry.mute_reason if muted else "",
            merged_into=entry.merged_into,
            muted_by=entry.muted_by if muted else "",
            merged_by=entry.merged_by,
            thread_id=entry.thread_id,
            asked=tuple(reversed(entry.requests)),
            member_of=entry.joined.fingerprint if entry.joined else "",
        )

    def delivered(self, fingerprint: str) -> frozenset[str]:
        """See `LedgerReport.delivered`."""
        entry = self.entries.get(fingerprint)
        return receipts(entry.delivered) if entry else frozenset()

    def tally(self, day: date | None = None) -> Tally:
        """See `LedgerReport.tally`."""
        counts: Counter[str] = Counter()
        for hour, rules in self._counts.items():
            if day is None or datetime.fromtimestamp(hour * noise.HOUR / 1000, UTC).date() == day:
                counts.update(rules)
        shown, told = counts.pop("shown", 0), counts.pop("told", 0)
        held = {str(rule): count for rule, count in sorted(counts.items()) if count}
        return Tally(shown + sum(held.values()), shown, held, told)

    def held_back(self, digest: Digest) -> HeldBack:
        """See `Digests.held_back`."""
        name = digest.fingerprint
        held = [
            HeldProblem(fingerprint, entry.title, entry.held[name])
            for fingerprint, entry in self.entries.items()
            if entry.held[name]
        ]
        top = tuple(sorted(held, key=lambda each: (-each.records, each.fingerprint)))
        return HeldBack(len(held), sum(each.records for each in held), top)

    def mute(self, fingerprint: str, until: int, reason: str, by: str = "") -> str:
        """See `Mutes.mute`."""
        with self._lock:
            home = self.at_home(fingerprint)
            entry = self.entries.get(home)
            if entry:
                entry.muted_until, entry.mute_reason, entry.muted_by = until, reason, by
            return home if entry else ""

    def unmute(self, fingerprint: str) -> bool:
        """See `Mutes.unmute`."""
        with self._lock:
            entry = self.entries.get(self.at_home(fingerprint))
            muted = entry is not None and entry.muted_until > self._clock.now()
            if entry and muted:
                entry.muted_until, entry.mute_reason = 0, ""
            return muted


def _incident(sighting: Sighting, entry: Entry, spike: Spike | None = None) -> Incident:
    history = None
    if entry.silence:
        history = History(entry.first_ever, entry.seen_before, entry.silence, entry.pull_request)
    return Incident(
        fingerprint=sighting.fingerprint,
        thread_id=entry.thread_id,
        first_seen=entry.first_seen,
        last_seen=entry.last_seen,
        count=entry.count - entry.seen_before,
        event=sighting.sample,
        decision=sighting.decision,
        history=history,
        spike=spike,
        affected=entry.affected,
        joined=entry.joined,
    )
