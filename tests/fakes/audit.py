"""The audit trail in memory; it passes the same contract suite as the one in S3."""

from __future__ import annotations

from lambda_image.domain.audit import Entry


class MemoryAudit:
    """Implements `AuditTrail`; `failure` is raised in place of keeping."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.kept: list[Entry] = []
        self._failure = failure

    def record(self, entry: Entry) -> None:
        """Keep it."""
        if self._failure:
            raise self._failure
        self.kept.append(entry)
