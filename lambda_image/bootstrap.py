"""Settings to adapters to functions: the only importer of adapters.

Each function of the system is built on first use and kept for warm starts. Adapters are imported where they
are built, so that `intake` never loads what only `respond` needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_image import settings as configuration
from lambda_image import watchers
from lambda_image.functions import IntakeFunction, ReceiptFunction, RepairFunction, RespondFunction
from lambda_image.left_out import policy
from lambda_image.loading import once
from lambda_image.observing import log, work
from lambda_image.ports import (
    Clock,
    Knowledge,
    Notifier,
    Reasoner,
    Telemetry,
    Tracer,
    Verifier,
    WorkQueue,
)
from lambda_image.recognition import Recognition
from lambda_image.settings import Settings
from lambda_image.steps.redact import rulebook
from lambda_image.watchers import Watched

if TYPE_CHECKING:
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.dynamodb.ledger import DynamoLedger
    from lambda_image.adapters.dynamodb.table import Table
    from lambda_image.adapters.git_source import GitSource
    from lambda_image.adapters.retry import Retry
    from lambda_image.desk import Desk
    from lambda_image.domain.notification import Notification
    from lambda_image.domain.patch import VerifyRequest
    from lambda_image.pipeline import Tools


@dataclass(frozen=True, slots=True)
class Invocations:
    """The clock of a function, the retry that keeps to it, and who follows it."""

    settings: Settings
    clock: InvocationClock
    retry: Retry
    tracer: Tracer

    def client(self, service: str, read_timeout: float = 60.0) -> Any:
        """An AWS client in the function's region."""
        from lambda_image.adapters.aws import client

        return client(service, self.settings.region, read_timeout)

    @property
    def watched(self) -> Watched:
        """The ports as this function is watched using them."""
        return Watched(self.settings, self.clock, self.client)


@once
def intake() -> IntakeFunction:
    """Raises ConfigurationError naming every missing setting, as the other functions do."""
    made = _invocations("ledger_table", "incidents_queue_url")
    table = _table(made)
    return IntakeFunction(
        clock=made.clock,
        tracer=made.tracer,
        policy=policy(made.settings),
        recognition=_recognition(made, table),
        ledger=_ledger(made, table),
        incidents=_queue(made, made.settings.incidents_queue_url),
    )


@once
def respond() -> RespondFunction:
    """The function that answers; without a queue for repairs it proposes none."""
    from lambda_image.adapters.dynamodb.report import DynamoReport

    made = _invocations("ledger_table", "topic_arn", "trace_bucket", "models")
    asked = made.settings
    url = asked.repairs_queue_url
    asking = reasoner(asked, made.clock, made.retry)
    found = knowledge(asked, made.clock, made.retry, log.warning)
    tools = _tools(asked, made.watched.reasoner(asking), made.watched.knowledge(found), _token(made))
    tools = replace(tools, can_repair=bool(url), telemetry=_telemetry(made))
    repairs = _queue(made, url) if url else None
    digests, desk = DynamoReport(_table(made), made.clock), _desk(made)
    receives, prices = asked.queue_receives, asked.prices
    return RespondFunction(made.clock, made.tracer, desk, tools, repairs, digests, receives, prices)


@once
def repair() -> RepairFunction:
    """The function that holds the git token."""
    from lambda_image.adapters.github import GitHub

    needed = ("ledger_table", "topic_arn", "trace_bucket", "models", "verify_function", "repositories")
    made = _invocations(*needed, "git_token_secret")
    token = _token(made) or str
    asked, watched = made.settings, made.watched
    asking = watched.reasoner(reasoner(asked, made.clock, made.retry))
    tools = replace(_tools(asked, asking, None, token), verifier=watched.verifier(_verifier(made)))
    host = watched.code_host(GitHub(asked.code_host_url, token, made.retry))
    return RepairFunction(
        made.clock, made.tracer, _desk(made), tools, host, asked.queue_receives, asked.prices
    )


@once
def receipt() -> ReceiptFunction:
    """The function that hears what the topic delivered."""
    made = _invocations("ledger_table")
    return ReceiptFunction(made.clock, made.tracer, _ledger(made))


@cache
def verify() -> Verifier:
    """The function that runs tests and holds nothing."""
    return local_verifier()


def local_verifier() -> Verifier:
    """The proof in a sandbox on this machine."""
    from lambda_image.adapters.sandbox import open_workspace
    from lambda_image.adapters.verifier import LocalVerifier

    return LocalVerifier(open_workspace)


def knowledge(
    settings: Settings, clock: Clock, retry: Retry, tell: Callable[[str], None]
) -> Knowledge | None:
    """The team's runbooks, where an index is configured. Raises ConfigurationError."""
    from lambda_image.adapters.aws import client, credentials
    from lambda_image.adapters.indexes import Surroundings, open_index

    if not settings.index:
        return None
    region = settings.region
    cache = Path(settings.cache_dir)
    made = Surroundings(
        lambda name, timeout: client(name, region, timeout), cache, clock, retry, region, credentials, tell
    )
    return open_index(settings.index, made)


def source(settings: Settings, token: Callable[[], str] | None = None) -> GitSource | None:
    """The team's repositories, where some are mapped."""
    from lambda_image.adapters.git_source import GitSource

    if not settings.repositories:
        return None
    return GitSource(settings.repositories, Path(settings.cache_dir), token)


def reasoner(settings: Settings, clock: Clock, retry: Retry) -> Reasoner:
    """The chain of models."""
    from lambda_image.adapters.bedrock import BedrockConfig, BedrockReasoner

    config = BedrockConfig(
        model_ids=settings.models,
        region=settings.region,
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
    )
    return BedrockReasoner(config, clock, retry)


def for_people(settings: Settings, tell: Callable[[str], None]) -> Tools:
    """The tools of `tracemend explain`: no deadline, and proofs made on this machine."""
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry

    clock = WallClock()
    retry = Retry(clock)
    asked, found = reasoner(settings, clock, retry), knowledge(settings, clock, retry, tell)
    return replace(_tools(settings, asked, found, None), verifier=local_verifier())


def message(notification: Notification) -> str:
    """A notification as it would be published: one JSON object."""
    from lambda_image.adapters.chatbot import envelope

    return envelope(notification)


def _invocations(*required: str) -> Invocations:
    from lambda_image.adapters.clock import InvocationClock
    from lambda_image.adapters.retry import Retry

    clock = InvocationClock()
    settings = configuration.read().require(*required)
    return Invocations(settings, clock, Retry(clock), watchers.tracer(settings))


def _tools(
    settings: Settings, reasoner: Reasoner, knowledge: Knowledge | None, token: Callable[[], str] | None
) -> Tools:
    from lambda_image.pipeline import Tools

    return Tools(
        reasoner=reasoner,
        knowledge=knowledge,
        source=source(settings, token),
        evidence_tokens=settings.evidence_tokens,
        repair_attempts=settings.repair_attempts,
        test_command=settings.test_command or None,
        redaction=rulebook(settings.redact, addresses=settings.redact_ips),
    )


def _ledger(made: Invocations, table: Table | None = None) -> DynamoLedger:
    from lambda_image.adapters.dynamodb.ledger import DynamoLedger

    return DynamoLedger(table or _table(made), made.clock, made.settings.noise())


def _recognition(made: Invocations, table: Table) -> Recognition:
    from lambda_image.adapters.dynamodb.identities import DynamoIdentities

    return Recognition(DynamoIdentities(table, made.clock))


def _table(made: Invocations) -> Table:
    from lambda_image.adapters.dynamodb.table import Table

    return Table(made.client("dynamodb"), made.settings.ledger_table, made.retry)


def _queue(made: Invocations, url: str) -> WorkQueue:
    from lambda_image.adapters.sqs_queue import SqsQueue

    return SqsQueue(made.client("sqs"), url, made.retry, made.tracer.carrier)


def _desk(made: Invocations) -> Desk:
    from lambda_image.adapters.chatbot import SnsNotifier
    from lambda_image.adapters.s3_traces import S3Traces
    from lambda_image.desk import Desk

    traces = S3Traces(made.client("s3"), made.settings.trace_bucket, made.retry)
    notifier: Notifier = SnsNotifier(
        made.client("sns"), made.settings.topic_arn, made.retry, made.tracer.carrier
    )
    return Desk(made.clock, _ledger(made), traces, notifier)


def _telemetry(made: Invocations) -> Telemetry | None:
    from lambda_image.adapters.cloudwatch_logs import LogEvents
    from lambda_image.adapters.retry import Retry

    seconds = made.settings.neighbour_seconds
    retry = Retry(made.clock, attempts=3, reserve=30.0)
    return LogEvents(made.client("logs", 10.0), made.clock, retry, seconds) if seconds else None


def _token(made: Invocations) -> Callable[[], str] | None:
    from lambda_image.adapters.secrets import Secret

    if not made.settings.git_token_secret:
        return None
    return Secret(made.client("secretsmanager"), made.settings.git_token_secret, made.retry)


def _verifier(made: Invocations) -> Verifier:
    from lambda_image.adapters.verifier import LambdaVerifier

    client, name = made.client("lambda", 900.0), made.settings.verify_function
    return LambdaVerifier(client, name, lambda: work.current().subject)


def has_credentials() -> bool:
    """Whether the AWS SDK finds credentials here."""
    from lambda_image.adapters.aws import has_credentials as found

    return found()


def verify_request(event: Any) -> VerifyRequest:
    """What the function `verify` was asked. Raises InputRefused."""
    from lambda_image.adapters.verifier import unpacked

    return unpacked(event)
