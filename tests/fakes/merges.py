"""Problems that people say are one, in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.incident import Sighting, Task
from tests.fakes.ledger_entry import Entry


class MemoryMerges:
    """Implements `Merges`."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._lock = threading.Lock()

    def as_counted(self, sightings: Sequence[Sighting]) -> tuple[Sighting, ...]:
        """Each under the problem that it is counted as."""
        merged: dict[str, Sighting] = {}
        for each in sightings:
            counted = replace(each, fingerprint=self._chain(each.fingerprint)[-1])
            before = merged.get(counted.fingerprint)
            merged[counted.fingerprint] = before.with_more(counted) if before else counted
        return tuple(merged.values())

    def at_home(self, fingerprint: str) -> str:
        """The problem that it is counted as."""
        return self._chain(fingerprint)[-1]

    def _chain(self, fingerprint: str) -> list[str]:
        chain = [fingerprint]
        while (entry := self.entries.get(chain[-1])) and entry.merged_into:
            chain.append(entry.merged_into)
        return chain

    def merge(self, fingerprint: str, into: str, by: str = "") -> bool:
        """See `Merges.merge`."""
        with self._lock:
            entry, chain = self.entries.get(fingerprint), self._chain(into)
            if (
                not entry
                or Task.RESPOND not in entry.done
                or into not in self.entries
                or fingerprint in chain
            ):
                return False
            entry.merged_into, entry.merged_by = into, by
            return True

    def split(self, fingerprint: str) -> bool:
        """See `Merges.split`."""
        with self._lock:
            entry = self.entries.get(fingerprint, Entry())
            if entry.merged_into:
                entry.merged_into = entry.merged_by = ""
                return True
            if into := entry.joined:
                entry.joined, entry.told = None, False
                entry.apart.add(into.fingerprint)
                self.entries[into.fingerprint].apart.add(fingerprint)
            return into is not None
