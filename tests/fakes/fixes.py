"""What became of pull requests, in memory; it passes the same contract suite as the one on DynamoDB."""

from __future__ import annotations

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.incident import Incident
from lambda_image.domain.noise import NoisePolicy
from lambda_image.ports import Clock
from tests.fakes.actions import MemoryActions


class MemoryFixes(MemoryActions):
    """Implements `Fixes` beside all that a ledger does."""

    def __init__(self, clock: Clock, policy: NoisePolicy | None = None) -> None:
        super().__init__(clock, policy)
        self._fixes: dict[str, dict[int, Fix]] = {}

    def watched(self) -> tuple[str, ...]:
        """See `Fixes.watched`."""
        open_ones = (
            name for name, known in self._fixes.items() if any(fix.watched for fix in known.values())
        )
        return tuple(sorted(open_ones))

    def of(self, fingerprint: str) -> tuple[Fix, ...]:
        """See `Fixes.of`."""
        return tuple(fix for _, fix in sorted(self._fixes.get(fingerprint, {}).items()))

    def keep(self, fix: Fix) -> None:
        """See `Fixes.keep`."""
        with self._lock:
            self._fixes.setdefault(fix.fingerprint, {})[fix.attempt] = fix
            if entry := self.entries.get(fix.fingerprint):
                entry.fate = self.of(fix.fingerprint)[-1].fate

    def incident(self, fingerprint: str) -> Incident | None:
        """See `Fixes.incident`."""
        entry = self.entries.get(fingerprint)
        return entry.incident() if entry else None
