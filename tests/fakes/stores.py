"""Queue, trace store and notifier in memory."""

from __future__ import annotations

import math

from lambda_image.domain.errors import TracemendError, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Notification, Outcome, Telling


class MemoryQueue:
    """Implements `WorkQueue`."""

    def __init__(self) -> None:
        self.sent: list[Incident | Digest] = []

    def send(self, work: Incident | Digest) -> None:
        """Keep it."""
        self.sent.append(work)


class MemoryTraces:
    """Implements `TraceStore`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, Task], Outcome] = {}

    def save(self, outcome: Outcome) -> None:
        """Keep it."""
        self.kept[outcome.work_id, outcome.task] = outcome

    def load(self, work_id: str, task: Task) -> Outcome | None:
        """What was kept."""
        return self.kept.get((work_id, task))


class MemoryNotifier:
    """Implements `Notifier`; where it has `room` for no more messages it raises its `fault`."""

    def __init__(self) -> None:
        self.published: list[Notification] = []
        self.room = math.inf
        self.fault: type[TracemendError] = TransientError

    def publish(self, telling: Telling) -> None:
        """Keep what is not delivered."""
        for message in telling.outcome.messages:
            if message.id not in telling.delivered:
                if len(self.published) >= self.room:
                    raise self.fault("there is no room")
                self.published.append(message)
                telling.note(message.id)
