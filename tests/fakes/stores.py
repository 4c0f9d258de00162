"""Queue, trace store and notifier in memory."""

from __future__ import annotations

import math
from collections.abc import Callable

from lambda_image.domain.errors import TracemendError, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Notification, Outcome, Telling
from lambda_image.domain.quiet import KeptMessage, KeptMessages


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


class MemoryKeeping:
    """Implements `Keeping`; `begin` is told of a digest that can be claimed."""

    def __init__(self, begin: Callable[[Digest], None]) -> None:
        self._begin = begin
        self._kept: dict[Digest, dict[str, KeptMessage]] = {}
        self._waiting: dict[str, set[Digest]] = {}

    def keep(self, channel: str, digest: Digest, message: KeptMessage) -> None:
        """See `Keeping.keep`."""
        self._begin(digest)
        self._kept.setdefault(digest, {})[message.id] = message
        self._waiting.setdefault(channel, set()).add(digest)

    def waiting(self, channel: str) -> tuple[Digest, ...]:
        """See `Keeping.waiting`."""
        return tuple(sorted(self._waiting.get(channel, ()), key=lambda each: each.closes))

    def kept(self, digest: Digest) -> KeptMessages:
        """See `Keeping.kept`."""
        return KeptMessages(tuple(self._kept.get(digest, {}).values()))

    def told(self, channel: str, digest: Digest) -> None:
        """See `Keeping.told`."""
        self._waiting.get(channel, set()).discard(digest)


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
