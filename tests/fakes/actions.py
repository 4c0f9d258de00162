"""What people ask for in the channel, in memory; it passes the same contract suite as the one on DynamoDB."""

from __future__ import annotations

from lambda_image.domain.action import Asked, Noted, Request
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import NoisePolicy
from lambda_image.ports import Clock
from tests.fakes.ledger import MemoryLedger


class MemoryActions(MemoryLedger):
    """Implements `Actions` beside all that a ledger does."""

    def __init__(self, clock: Clock, policy: NoisePolicy | None = None) -> None:
        super().__init__(clock, policy)
        self._asked: dict[str, Asked] = {}

    def note(self, request: Request) -> Noted:
        """See `Actions.note`."""
        with self._lock:
            entry = self.entries.get(request.fingerprint)
            if request.mark in self._asked:
                return Noted.BEFORE
            if entry is None or entry.thread_id != request.thread_id:
                return Noted.UNKNOWN
            self._asked[request.mark] = Asked(request.verb, request.by, self._clock.now())
            entry.asked[request.verb] += 1
            entry.requests.append(self._asked[request.mark])
            return Noted.NOTED

    def withdraw(self, request: Request) -> None:
        """See `Actions.withdraw`."""
        with self._lock:
            if asked := self._asked.pop(request.mark, None):
                entry = self.entries[request.fingerprint]
                entry.asked[request.verb] -= 1
                entry.requests.remove(asked)

    def reopen(self, fingerprint: str) -> Incident | None:
        """See `Actions.reopen`."""
        with self._lock:
            entry = self.entries.get(fingerprint)
            if entry is None or entry.sample is None:
                return None
            if entry.waits(Task.RESPOND):
                return entry.incident()
            if Task.RESPOND not in entry.done:
                return None
            entry.round += 1
            entry.forget(Task.RESPOND, Task.REPAIR)
            return entry.incident()

    def unrepaired(self, fingerprint: str) -> Incident | None:
        """See `Actions.unrepaired`."""
        with self._lock:
            entry = self.entries.get(fingerprint)
            answered = entry is not None and Task.RESPOND in entry.done
            return entry.incident() if entry and answered and entry.waits(Task.REPAIR) else None
