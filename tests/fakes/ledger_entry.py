"""What the ledger in memory knows of one problem."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from lambda_image.domain import noise
from lambda_image.domain.action import Asked
from lambda_image.domain.affected import Affected, Whom
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Spike
from lambda_image.domain.storm import Joined


@dataclass
class Entry:
    """What is known of one problem, or of one digest."""

    title: str = ""
    first_ever: int = 0
    first_seen: int = 0
    last_seen: int = 0
    count: int = 0
    seen_before: int = 0
    arrived: int = 0
    silence: int = 0
    told: bool = False
    thread_id: str = ""
    opened_by: str = ""
    opened_at: int = 0
    opened_with: int = 0
    spiked_by: str = ""
    spike: Spike | None = None
    muted_until: int = 0
    mute_reason: str = ""
    muted_by: str = ""
    hours: Counter[int] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    leases: dict[Task, tuple[str, int]] = field(default_factory=dict)
    done: set[Task] = field(default_factory=set)
    delivered: set[str] = field(default_factory=set)
    pull_request: str | None = None
    sample: Incident | None = None
    round: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    requests: list[Asked] = field(default_factory=list)
    merged_into: str = ""
    merged_by: str = ""
    joined: Joined | None = None
    members: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    fate: str = ""
    marks: dict[Whom, set[str]] = field(default_factory=dict)

    @property
    def affected(self) -> Affected:
        """Who is known to be hit."""
        return Affected.of(self.marks)

    def standing(self) -> noise.Standing:
        """What decides how the next sighting is judged."""
        spiked = self.spike.at if self.spike else 0
        return noise.Standing(
            self.told, self.arrived, self.opened_at, self.silence, self.muted_until, spiked, self.hours
        )

    def waits(self, task: Task) -> bool:
        """Whether nobody has begun this task."""
        return task not in self.done and task not in self.leases

    def incident(self) -> Incident | None:
        """The incident as it stands now."""
        count = self.count - self.seen_before
        return self.sample and replace(
            self.sample, count=count, last_seen=self.last_seen, round=self.round, affected=self.affected
        )

    def forget(self, *tasks: Task) -> None:
        """These tasks are to be done again."""
        for task in tasks:
            self.done.discard(task)
            self.leases.pop(task, None)
