"""Time, queues, what answers are made of, and where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_image.domain.audit import Entry
    from lambda_image.domain.evidence import KnowledgeQuery, Passage
    from lambda_image.domain.incident import Incident, Task
    from lambda_image.domain.noise import Digest
    from lambda_image.domain.notification import Outcome, Telling
    from lambda_image.domain.prompt import Answered, Prompt
    from lambda_image.domain.records import LogRecord

T = TypeVar("T")


class Clock(Protocol):
    """Time, and how much of it is left for this invocation."""

    def now(self) -> int:
        """Milliseconds since the epoch."""

    def remaining(self) -> float:
        """Seconds until the invocation's deadline; infinite on the command line."""


class WorkQueue(Protocol):
    """A queue of work."""

    def send(self, work: Incident | Digest) -> None:
        """Put it in, a digest with its delay; raises TransientError."""


class Knowledge(Protocol):
    """The team's runbooks and wiki."""

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """Ranked passages, best first; empty when nothing fits. Raises EvidenceUnavailable."""


class Telemetry(Protocol):
    """What CloudWatch keeps beside the events that were delivered."""

    def neighbours(self, log_group: str, log_stream: str, timestamp: int) -> tuple[LogRecord, ...]:
        """The nearest lines of this stream before and after a time in milliseconds since the epoch, in order.

        Bounded in time, events and bytes; ids are unique within the answer. Raises EvidenceUnavailable.
        """


class LogSearch(Protocol):
    """The log groups in which may be looked for what somebody describes."""

    groups: tuple[str, ...]

    def found(self, words: Sequence[str], since: int) -> tuple[LogRecord, ...]:
        """Log events with one of these words since a time in milliseconds since the epoch, by log group.

        Bounded in log groups, events and time. Raises TransientError or PermanentError.
        """


class Reasoner(Protocol):
    """A language model, or a chain of them."""

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """An answer of the given pydantic type.

        Raises AnswerMalformed, DeadlineNear, TransientError or PermanentError.
        """

    def write(self, prompt: Prompt) -> Answered[str]:
        """An answer in plain text. Raises as `ask`."""


class Notifier(Protocol):
    """A way to people."""

    def publish(self, telling: Telling) -> None:
        """Send each of its messages that is not delivered, in order, and note it.

        Raises PermanentError for what will be refused again, or TransientError; what is out then is noted.
        """


class TraceStore(Protocol):
    """What was done and why, to be read again."""

    def save(self, outcome: Outcome) -> None:
        """Keep it under work and task, in place of an earlier one."""

    def load(self, work_id: str, task: Task) -> Outcome | None:
        """What was kept, or None."""


class AuditTrail(Protocol):
    """What models and people asked, and what was done to pull requests, for good: no entry is changed."""

    def record(self, entry: Entry) -> None:
        """Keep it beside all others. Raises TransientError or PermanentError."""
