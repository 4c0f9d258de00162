"""What became of our pull requests: each from its opening until its fix held, or did not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lambda_image.domain.patch import PullRequest

DAY = 86_400


class Fate(StrEnum):
    """What became of a pull request so far.

    UNKNOWN was merged and never seen deployed, or its problem is forgotten.
    """

    OPEN = "open"
    MERGED = "merged"
    HELD = "held"
    FIRING = "still firing"
    CLOSED = "closed"
    UNKNOWN = "not known"


# What a problem is called whose fix came so far.
STATES: dict[str, str] = {Fate.HELD: "fixed", Fate.FIRING: "still firing"}


@dataclass(frozen=True, slots=True)
class Fix:
    """One pull request and its fate, as the ledger keeps it; times in milliseconds since the epoch.

    `attempt` counts the pull requests of a problem from 1; the traces of its diagnosis and its repair are
    kept under `work_id`. `pull` is as the code host told it last, `fate` so since `at`. Occurrences are
    counted from `since`, 0 while they are not: there had been `before` of them then, and `count` since.
    `deployed_at` is when what runs was first seen to have it; 0 where nothing tells, and then the merge
    counts. After one that was CLOSED no other is opened before `until`, which is 0 when that has passed.
    """

    fingerprint: str
    attempt: int
    work_id: str
    log_group: str
    title: str
    pull: PullRequest
    opened_at: int
    fate: Fate = Fate.OPEN
    at: int = 0
    since: int = 0
    before: int = 0
    count: int = 0
    deployed_at: int = 0
    until: int = 0

    @property
    def watched(self) -> bool:
        """Whether more may become of it: people may open one again that they closed, while that counts."""
        return self.fate in {Fate.OPEN, Fate.MERGED} or (self.fate is Fate.CLOSED and self.until > 0)


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """How long a fix is watched, and how long a refusal counts; seconds.

    A fix held when its problem was not seen for `held` after it was deployed. When people close a pull
    request unmerged, no other is opened for `pause`.
    """

    held: float = DAY
    pause: float = 30 * DAY


# A team that has said nothing.
USUAL = WatchPolicy()
