"""Decisions in memory; they pass the same contract suite as those on DynamoDB."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lambda_image.domain.identity import Decision, Sayings
from tests.fakes.ledger import MemoryLedger


class MemoryIdentities:
    """Implements `Identities` beside a ledger. `asked` and `kept` count the calls."""

    def __init__(self, ledger: MemoryLedger | None = None) -> None:
        self.asked = 0
        self.kept = 0
        self._ledger = ledger
        self._decisions: dict[str, Decision] = {}
        self._sayings: dict[str, Sayings] = {}
        self._lock = threading.Lock()

    def decided(self, names: Collection[str]) -> dict[str, Decision]:
        """See `Identities.decided`."""
        with self._lock:
            self.asked += 1
            old = set(self._ledger.entries) if self._ledger else set()
            known = {name: Decision(name, "known", name.partition("-")[0]) for name in names if name in old}
            return known | {name: self._decisions[name] for name in names if name in self._decisions}

    def sayings(self, place: str) -> Sayings:
        """See `Identities.sayings`."""
        with self._lock:
            return self._sayings.get(place, Sayings(place))

    def keep(self, decisions: Mapping[str, Decision], learned: Sequence[Sayings]) -> bool:
        """See `Identities.keep`."""
        with self._lock:
            late = any(name in self._decisions for name in decisions)
            stale = any(each.revision != self._revision(each.place) for each in learned)
            if late or stale:
                return False
            self.kept += 1
            self._decisions.update(decisions)
            self._sayings.update((each.place, replace(each, revision=each.revision + 1)) for each in learned)
            return True

    def _revision(self, place: str) -> int:
        return self._sayings.get(place, Sayings(place)).revision
