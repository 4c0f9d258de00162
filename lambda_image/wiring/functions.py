"""What the handler of each function works with; `bootstrap` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from lambda_image.ports import Digests, Ledger, Receipts, WorkQueue
from lambda_image.tracing import Tracer

if TYPE_CHECKING:
    from lambda_image.aftercare.attempts import Attempts
    from lambda_image.aftercare.watch import Watcher
    from lambda_image.desk import Desk
    from lambda_image.domain.audit import ModelPrice
    from lambda_image.pipeline import Tools
    from lambda_image.ports import Keeping
    from lambda_image.recognition import Recognition
    from lambda_image.steps.reading.policy import IntakePolicy
    from lambda_image.talking.chat import Counter


class InvocationClock(Protocol):
    """The clock that keeps the deadline of the invocation."""

    def begin(self, context: Any) -> None:
        """From here on the deadline is that of this invocation, by its Lambda context."""


@dataclass(frozen=True, slots=True)
class IntakeFunction:
    """What the handler `intake` works with."""

    clock: InvocationClock
    tracer: Tracer
    policy: IntakePolicy
    recognition: Recognition
    ledger: Ledger
    incidents: WorkQueue


@dataclass(frozen=True, slots=True)
class RespondFunction:
    """What the handler `respond` works with."""

    clock: InvocationClock
    tracer: Tracer
    desk: Desk
    tools: Tools
    repairs: WorkQueue | None
    digests: Digests
    keeping: Keeping
    receives: int
    prices: tuple[ModelPrice, ...]


@dataclass(frozen=True, slots=True)
class RepairFunction:
    """What the handler `repair` works with."""

    clock: InvocationClock
    tracer: Tracer
    desk: Desk
    tools: Tools
    attempts: Attempts
    receives: int
    prices: tuple[ModelPrice, ...]


@dataclass(frozen=True, slots=True)
class WatchFunction:
    """What the handler `watch` works with."""

    clock: InvocationClock
    tracer: Tracer
    watcher: Watcher


@dataclass(frozen=True, slots=True)
class ChatFunction:
    """What the handler `chat` works with."""

    clock: InvocationClock
    tracer: Tracer
    counter: Counter


class Door(Protocol):
    """Who is let in from Slack."""

    def admit(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether there is something to do. Raises InputRefused."""

    def forget(self, headers: Mapping[str, str], body: bytes) -> None:
        """That an event was let in with which nothing could be done. Raises TransientError."""


class App(Protocol):
    """What becomes of a request of Slack's."""

    def take(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Acknowledge it, and put off its work."""

    def go_on(self, event: dict[str, Any], context: Any) -> dict[str, Any] | None:
        """Do work that was put off; None where this is none."""


@dataclass(frozen=True, slots=True)
class SlackFunction:
    """What the handler `slack` works with."""

    clock: InvocationClock
    tracer: Tracer
    gate: Door
    app: App


@dataclass(frozen=True, slots=True)
class ReceiptFunction:
    """What the handler `receipt` works with."""

    clock: InvocationClock
    tracer: Tracer
    receipts: Receipts
