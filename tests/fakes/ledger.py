"""The ledger in memory; it passes the same contract suite as the one on DynamoDB."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from lambda_image.domain.incident import (
    Incident,
    Intake,
    Problem,
    Sighting,
    Tally,
    Task,
    TaskState,
    WorkClaim,
)
from lambda_image.ports import Clock

DAY = 86_400


@dataclass
class Entry:
    """What is known of one fingerprint."""

    incident: Incident
    opened_by: str
    records: int = 0
    count: int = 0
    last_seen: int = 0
    arrived: int = 0
    leases: dict[Task, tuple[str, int]] = field(default_factory=dict)
    done: set[Task] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    pull_request: str | None = None


class MemoryLedger:
    """Implements `Ledger`, `Receipts` and `LedgerReport`."""

    def __init__(self, clock: Clock, window: float = DAY) -> None:
        self.entries: dict[str, Entry] = {}
        self._clock = clock
        self._window = window
        self._deliveries: set[str] = set()
        self._counts: dict[str, int] = {}
        self._owners = 0
        self._lock = threading.Lock()

    def observe(self, intake: Intake) -> tuple[Incident, ...]:
        """See `Ledger.observe`."""
        with self._lock:
            if intake.delivery_id not in self._deliveries:
                self._deliveries.add(intake.delivery_id)
                for rule, count in intake.suppressed:
                    self._counts[rule] = self._counts.get(rule, 0) + count
                for sighting in intake.sightings:
                    self._sighted(intake.delivery_id, sighting)
            found = (self.entries.get(sighting.fingerprint) for sighting in intake.sightings)
            entries = [entry for entry in found if entry]
            return tuple(
                entry.incident
                for entry in entries
                if entry.opened_by == intake.delivery_id
                and Task.RESPOND not in entry.done
                and Task.RESPOND not in entry.leases
            )

    def _sighted(self, delivery_id: str, sighting: Sighting) -> None:
        entry = self.entries.get(sighting.fingerprint)
        if entry and entry.arrived + self._window * 1000 < self._clock.now():
            for rule, count in self._told(entry).items():
                self._counts[rule] = self._counts.get(rule, 0) + count
            entry = None
        if entry is None:
            incident = Incident(
                fingerprint=sighting.fingerprint,
                thread_id=f"{sighting.fingerprint}-{sighting.first_seen}",
                first_seen=sighting.first_seen,
                last_seen=sighting.last_seen,
                count=sighting.count,
                event=sighting.sample,
                decision=sighting.decision,
            )
            entry = self.entries[sighting.fingerprint] = Entry(incident, delivery_id)
        entry.count += sighting.count
        entry.records += sighting.records
        entry.last_seen = sighting.last_seen
        entry.arrived = self._clock.now()

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
            count=entry.count,
            last_seen=entry.last_seen,
            delivered=frozenset(entry.delivered),
        )

    def complete(self, claim: WorkClaim, pull_request_url: str | None = None) -> None:
        """See `Ledger.complete`."""
        with self._lock:
            if entry := self.entries.get(claim.fingerprint):
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
        found = (self._problem(name, entry) for name, entry in self.entries.items())
        return tuple(sorted(found, key=lambda each: each.last_seen, reverse=True))

    def _problem(self, fingerprint: str, entry: Entry) -> Problem:
        begun = "being answered" if Task.RESPOND in entry.leases else "waiting"
        state = "answered" if Task.RESPOND in entry.done else begun
        first_seen = entry.incident.first_seen
        return Problem(fingerprint, state, entry.count, first_seen, entry.last_seen, entry.pull_request)

    def delivered(self, fingerprint: str) -> frozenset[str]:
        """See `LedgerReport.delivered`."""
        entry = self.entries.get(fingerprint)
        return frozenset(entry.delivered) if entry else frozenset()

    def tally(self) -> Tally:
        """See `LedgerReport.tally`."""
        counts = dict(self._counts)
        for entry in self.entries.values():
            for rule, count in self._told(entry).items():
                counts[rule] = counts.get(rule, 0) + count
        shown = counts.pop("shown", 0)
        held = {rule: count for rule, count in sorted(counts.items()) if count}
        return Tally(shown + sum(held.values()), shown, held)

    def _told(self, entry: Entry) -> dict[str, int]:
        opened = entry.incident.event.records
        rule = "shown" if Task.RESPOND in entry.done else "waiting for its answer"
        return {rule: opened, "known": entry.records - opened}
