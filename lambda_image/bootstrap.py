"""Settings to adapters to functions: the only importer of adapters.

Each function of the system is built on first use and kept for warm starts. Adapters are imported where they
are built, so that `intake` never loads what only `respond` needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_image import settings as configuration
from lambda_image.desk import Desk
from lambda_image.pipeline import Tools
from lambda_image.ports import CodeHost, Knowledge, Ledger, Notifier, Reasoner, Receipts, Verifier, WorkQueue
from lambda_image.settings import Settings
from lambda_image.steps.understand import IntakePolicy

if TYPE_CHECKING:
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.dynamodb_ledger import DynamoLedger
    from lambda_image.adapters.git_source import GitSource
    from lambda_image.adapters.retry import Retry


@dataclass(frozen=True, slots=True)
class Invocations:
    """The clock of a function and the retry that keeps to it."""

    settings: Settings
    clock: InvocationClock
    retry: Retry

    def client(self, service: str, read_timeout: float = 60.0) -> Any:
        """An AWS client in the function's region."""
        from lambda_image.adapters.aws import client

        return client(service, self.settings.region, read_timeout)


@dataclass(frozen=True, slots=True)
class IntakeFunction:
    """What the handler `intake` works with."""

    clock: InvocationClock
    policy: IntakePolicy
    ledger: Ledger
    incidents: WorkQueue


@dataclass(frozen=True, slots=True)
class RespondFunction:
    """What the handler `respond` works with."""

    clock: InvocationClock
    desk: Desk
    tools: Tools
    repairs: WorkQueue


@dataclass(frozen=True, slots=True)
class RepairFunction:
    """What the handler `repair` works with."""

    clock: InvocationClock
    desk: Desk
    tools: Tools
    host: CodeHost


@dataclass(frozen=True, slots=True)
class ReceiptFunction:
    """What the handler `receipt` works with."""

    clock: InvocationClock
    receipts: Receipts


@cache
def intake() -> IntakeFunction:
    """Raises ConfigurationError naming every missing setting, as the other functions do."""
    made = _invocations("ledger_table", "incidents_queue_url")
    return IntakeFunction(
        clock=made.clock,
        policy=policy(made.settings),
        ledger=_ledger(made),
        incidents=_queue(made, made.settings.incidents_queue_url),
    )


@cache
def respond() -> RespondFunction:
    """The function that answers."""
    made = _invocations("ledger_table", "repairs_queue_url", "topic_arn", "trace_bucket", "models")
    tools = Tools(_reasoner(made), knowledge(made.settings), source(made.settings, _token(made)))
    return RespondFunction(made.clock, _desk(made), tools, _queue(made, made.settings.repairs_queue_url))


@cache
def repair() -> RepairFunction:
    """The function that holds the git token."""
    needed = ("ledger_table", "topic_arn", "trace_bucket", "models", "verify_function", "repositories")
    made = _invocations(*needed, "git_token_secret")
    token = _token(made)
    tools = Tools(_reasoner(made), None, source(made.settings, token), _verifier(made))
    return RepairFunction(made.clock, _desk(made), tools, _code_host(made, token))


@cache
def receipt() -> ReceiptFunction:
    """The function that hears what the topic delivered."""
    made = _invocations("ledger_table")
    return ReceiptFunction(made.clock, _ledger(made))


def policy(settings: Settings) -> IntakePolicy:
    """What is left out of the logs."""
    return IntakePolicy(settings.own_log_groups, settings.include, settings.exclude)


def knowledge(settings: Settings) -> Knowledge | None:
    """The team's runbooks, where an index is configured."""
    from lambda_image.adapters.knowledge import EmbeddedKnowledge

    return EmbeddedKnowledge(settings.index, Path(settings.cache_dir)) if settings.index else None
