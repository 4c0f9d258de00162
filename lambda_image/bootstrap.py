"""Settings to adapters to functions; what several of them are made of stands in `wiring/`.

Each function of the system is built on first use and kept for warm starts. Adapters are imported where they
are built, so that `intake` never loads what only `respond` needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_image.domain.gate import Level
from lambda_image.observing import log
from lambda_image.ports import (
    Clock,
    Knowledge,
    Reasoner,
    Verifier,
)
from lambda_image.settings import Settings
from lambda_image.steps.redact import rulebook
from lambda_image.wiring import parts, ways
from lambda_image.wiring.functions import (
    ChatFunction,
    IntakeFunction,
    ReceiptFunction,
    RepairFunction,
    RespondFunction,
    WatchFunction,
)
from lambda_image.wiring.left_out import policy
from lambda_image.wiring.loading import once

if TYPE_CHECKING:
    from lambda_image.adapters.git.source import GitSource
    from lambda_image.adapters.retry import Retry
    from lambda_image.domain.notification import Notification
    from lambda_image.domain.patch import VerifyRequest
    from lambda_image.pipeline import Tools
    from lambda_image.steps.repairing.propose import Terms


@once
def intake() -> IntakeFunction:
    """Raises ConfigurationError naming every missing setting, as the other functions do."""
    made = parts.invocations("ledger_table", "incidents_queue_url")
    table = parts.table(made)
    return IntakeFunction(
        clock=made.clock,
        tracer=made.tracer,
        policy=policy(made.settings),
        recognition=parts.recognition(made, table),
        ledger=parts.ledger(made, table),
        incidents=parts.queue(made, made.settings.incidents_queue_url),
    )


@once
def respond() -> RespondFunction:
    """The function that answers; without a queue for repairs it proposes none."""
    from lambda_image.adapters.dynamodb.memory import DynamoMemory
    from lambda_image.adapters.dynamodb.report import DynamoReport
    from lambda_image.steps.answering.recall import Recollection

    made = parts.invocations("ledger_table", "topic_arn", "trace_bucket", "models")
    asked = made.settings
    url = asked.repairs_queue_url
    asking = reasoner(asked, made.clock, made.retry)
    found = knowledge(asked, made.clock, made.retry, log.warning)
    tools = _tools(
        asked,
        made.watched.reasoner(asking),
        made.watched.knowledge(found),
        parts.deployed(made, parts.accesses(made).login),
    )
    can_repair = bool(url) and asked.repair_most is not Level.DIAGNOSIS
    table = parts.table(made)
    memory = Recollection(DynamoMemory(table, made.clock), asked.services)
    tools = replace(tools, can_repair=can_repair, telemetry=parts.telemetry(made), memory=memory)
    repairs = parts.queue(made, url) if url else None
    digests, desk = DynamoReport(table, made.clock), parts.desk(made)
    told = digests, ways.keeping(made), asked.queue_receives, asked.prices
    return RespondFunction(made.clock, made.tracer, desk, tools, repairs, *told)


@once
def repair() -> RepairFunction:
    """The function that holds what opens pull requests."""
    from lambda_image.aftercare.attempts import Attempts

    needed = ("ledger_table", "topic_arn", "trace_bucket", "models", "verify_function", "repositories")
    made = parts.invocations(*needed, "code_hosts")
    asked, watched = made.settings, made.watched
    accesses = parts.accesses(made, writes=True)
    asking = watched.reasoner(reasoner(asked, made.clock, made.retry))
    tools = _tools(asked, asking, None, parts.deployed(made, accesses.login))
    terms = replace(tools.terms, larger=_larger(made))
    tools = replace(tools, verifier=watched.verifier(parts.verifier(made)), terms=terms)
    attempts = Attempts(
        clock=made.clock,
        host=parts.code_host(made, accesses),
        fixes=parts.fixes(made),
        rollout=parts.rollout(made, accesses),
        policy=parts.watch_policy(made),
    )
    return RepairFunction(
        made.clock, made.tracer, parts.desk(made), tools, attempts, asked.queue_receives, asked.prices
    )


@once
def watch() -> WatchFunction:
    """The function that follows what became of pull requests; it opens none."""
    from lambda_image.aftercare.watch import Watcher

    made = parts.invocations("ledger_table", "topic_arn", "trace_bucket", "repositories", "code_hosts")
    accesses = parts.accesses(made, writes=True)
    watcher = Watcher(
        desk=parts.desk(made),
        fixes=parts.fixes(made),
        host=parts.code_host(made, accesses),
        rollout=parts.rollout(made, accesses),
        policy=parts.watch_policy(made),
    )
    return WatchFunction(made.clock, made.tracer, watcher)


@once
def chat() -> ChatFunction:
    """The function that serves the buttons below a card; without a queue for repairs nobody repairs."""
    from lambda_image.adapters.dynamodb.actions import DynamoActions
    from lambda_image.adapters.dynamodb.fixes import DynamoFixes
    from lambda_image.adapters.dynamodb.memory import DynamoMemory
    from lambda_image.adapters.dynamodb.merges import DynamoMerges
    from lambda_image.talking.chat import Counter

    made = parts.invocations("ledger_table", "incidents_queue_url", "actions_secret", "trace_bucket")
    asked, table = made.settings, parts.table(made)
    ledger = DynamoActions(table, made.clock)
    counter = Counter(
        clock=made.clock,
        actions=made.watched.actions(ledger),
        mutes=ledger,
        incidents=parts.queue(made, asked.incidents_queue_url),
        repairs=parts.queue(made, asked.repairs_queue_url) if asked.repairs_queue_url else None,
        key=parts.actions_key(made),
        archive=parts.archive(
            made, DynamoFixes(table, made.clock).incident, reasoner(asked, made.clock, made.retry)
        ),
        memory=DynamoMemory(table, made.clock),
        merges=DynamoMerges(table, made.clock),
        look=parts.looking(made),
    )
    return ChatFunction(made.clock, made.tracer, counter)


@once
def receipt() -> ReceiptFunction:
    """The function that hears what the topic delivered."""
    made = parts.invocations("ledger_table")
    return ReceiptFunction(made.clock, made.tracer, parts.ledger(made))


@cache
def verify() -> Verifier:
    """The function that runs tests and holds nothing."""
    from lambda_image.adapters.sandbox.workspace import open_workspace
    from lambda_image.adapters.verifier import LocalVerifier

    return LocalVerifier(open_workspace)


def local_verifier(settings: Settings) -> Verifier:
    """The proof on a person's machine, in a sandbox that closes, with what the checkout has installed."""
    from lambda_image.adapters.sandbox.workspace import open_closed
    from lambda_image.adapters.verifier import LocalVerifier

    return LocalVerifier(partial(open_closed, repositories=settings.repositories))


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
        lambda name, timeout: client(name, region, timeout),
        cache,
        clock,
        retry,
        region,
        credentials,
        tell,
        settings.embeddings,
        settings.reranker,
    )
    return open_index(settings.index, made)


def source(settings: Settings) -> GitSource | None:
    """The team's repositories, where some are mapped; nobody is asked what is deployed."""
    from lambda_image.wiring.repositories import repositories

    return repositories(settings)


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
    tools = _tools(settings, asked, found, source(settings))
    if settings.repair_model:
        larger = reasoner(replace(settings, models=(settings.repair_model,)), clock, retry)
        tools = replace(tools, terms=replace(tools.terms, larger=larger))
    return replace(tools, verifier=local_verifier(settings))


def message(notification: Notification) -> str:
    """A notification as it would be published: one JSON object."""
    from lambda_image.adapters.chatbot import envelope

    return envelope(notification)


def _tools(
    settings: Settings, reasoner: Reasoner, knowledge: Knowledge | None, source: GitSource | None
) -> Tools:
    from lambda_image.pipeline import Tools
    from lambda_image.steps.answering.recall import Recollection

    return Tools(
        reasoner=reasoner,
        knowledge=knowledge,
        source=source,
        evidence_tokens=settings.evidence_tokens,
        terms=_terms(settings),
        redaction=rulebook(settings.redact, addresses=settings.redact_ips),
        audience=settings.audience(),
        memory=Recollection(None, settings.services),
        policy=settings.repairs(),
    )


def _terms(settings: Settings) -> Terms:
    from lambda_image.domain.patch import Bounds
    from lambda_image.steps.editing.paths import PathPolicy
    from lambda_image.steps.repairing.propose import Terms

    paths = PathPolicy(settings.edit_allow, settings.edit_deny)
    bounds = Bounds(
        settings.repair_attempts, settings.repair_tokens, settings.repair_seconds, settings.repair_usd
    )
    return Terms(bounds, settings.test_command or None, None, settings.prices, paths)


def _larger(made: parts.Invocations) -> Reasoner | None:
    """The model for hard repairs, watched under its own name."""
    if not made.settings.repair_model:
        return None
    hard = replace(made, settings=replace(made.settings, models=(made.settings.repair_model,)))
    return hard.watched.reasoner(reasoner(hard.settings, hard.clock, hard.retry))


def has_credentials() -> bool:
    """Whether the AWS SDK finds credentials here."""
    from lambda_image.adapters.aws import has_credentials as found

    return found()


def verify_request(event: Any) -> VerifyRequest:
    """What the function `verify` was asked. Raises InputRefused."""
    from lambda_image.adapters.verifier import unpacked

    return unpacked(event)
