"""What runs, as a test says it."""

from __future__ import annotations

from lambda_image.domain.evidence import Revision


class MemoryRollout:
    """Implements `Rollout`: nothing is known until something is `deployed`; `history` is what is in it."""

    def __init__(self) -> None:
        self.deployed = ""
        self.history: set[str] = set()

    def running(self, log_group: str) -> Revision | None:
        """See `Rollout.running`."""
        return Revision(log_group, self.deployed, "tag") if self.deployed else None

    def contains(self, revision: Revision, commit: str) -> bool:
        """See `Rollout.contains`."""
        return commit in self.history | {revision.commit}
