"""The parts that several functions are made of; adapters are imported where they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_image.observing import work
from lambda_image.ports import (
    CodeHost,
    Fixes,
    Reasoner,
    Rollout,
    Telemetry,
    TraceStore,
    Verifier,
    WorkQueue,
)
from lambda_image.recognition import Recognition
from lambda_image.wiring.ways import TRY_SECONDS, no_tokens, patience, with_channels

if TYPE_CHECKING:
    from lambda_image.adapters.dynamodb.ledger import DynamoLedger
    from lambda_image.adapters.dynamodb.table import Table
    from lambda_image.adapters.git.clones import Logins
    from lambda_image.adapters.git.source import GitSource
    from lambda_image.adapters.hosts.connecting import Accesses
    from lambda_image.desk import Desk
    from lambda_image.domain.aftermath import WatchPolicy
    from lambda_image.domain.card import Card
    from lambda_image.domain.incident import Incident
    from lambda_image.domain.notification import Notification
    from lambda_image.talking.questions import Archive
    from lambda_image.wiring.invocations import Invocations


def ledger(made: Invocations, kept_in: Table | None = None) -> DynamoLedger:
    """The ledger of the functions."""
    from lambda_image.adapters.dynamodb.ledger import DynamoLedger

    return DynamoLedger(kept_in or table(made), made.clock, made.settings.noise())


def recognition(made: Invocations, kept_in: Table) -> Recognition:
    """Which fingerprints are one problem."""
    from lambda_image.adapters.dynamodb.identities import DynamoIdentities

    return Recognition(DynamoIdentities(kept_in, made.clock))


def table(made: Invocations) -> Table:
    """The table of the ledger."""
    from lambda_image.adapters.dynamodb.table import Table

    return Table(made.client("dynamodb"), made.settings.ledger_table, made.retry)


def queue(made: Invocations, url: str) -> WorkQueue:
    """A queue of work."""
    from lambda_image.adapters.sqs_queue import SqsQueue

    return SqsQueue(made.client("sqs"), url, made.retry, made.tracer.carrier)


def desk(made: Invocations) -> Desk:
    """Claim, memory and channel."""
    from lambda_image.adapters.channels.chatbot import SnsNotifier
    from lambda_image.desk import Desk

    client, retry, signed = made.client("sns", TRY_SECONDS), patience(made, attempts=5), _signer(made)
    topic = SnsNotifier(client, made.settings.topic_arn, retry, made.tracer.carrier, signed)
    kept = ledger(made)
    told = with_channels(made, topic, kept, signed)
    return Desk(made.clock, kept, traces(made), told, made.settings.audience())


def traces(made: Invocations) -> TraceStore:
    """What was answered and repaired before."""
    from lambda_image.adapters.s3_traces import S3Traces

    return S3Traces(made.client("s3"), made.settings.trace_bucket, made.retry)


def archive(made: Invocations, incident: Callable[[str], Incident | None], asking: Reasoner) -> Archive:
    """What is stored of problems, and the models to ask about it."""
    from lambda_image.steps.redact import rulebook
    from lambda_image.talking.questions import Archive

    asked = made.settings
    rules = rulebook(asked.redact, addresses=asked.redact_ips)
    return Archive(traces(made), incident, made.watched.reasoner(asking), asked.evidence_tokens, rules)


def looking(made: Invocations, known: Callable[[str], Incident | None]) -> Callable[[str, int], str] | None:
    """Who looks in the logs for what people describe, where that is allowed."""
    from lambda_image.adapters.intake_function import IntakeFunction
    from lambda_image.adapters.log_search import CloudWatchSearch
    from lambda_image.steps.reading.policy import IntakePolicy
    from lambda_image.steps.redact import rulebook
    from lambda_image.talking.looking import Looking

    asked = made.settings
    if not asked.search_log_groups:
        return None
    search = CloudWatchSearch(made.client("logs"), asked.search_log_groups, made.clock, made.retry)
    count = IntakeFunction(made.client("lambda"), asked.intake_function, made.retry)
    policy = IntakePolicy(redaction=rulebook(asked.redact, addresses=asked.redact_ips))
    return Looking(made.clock, search, count, known, policy)


def actions_key(made: Invocations) -> Callable[[], str]:
    """What the buttons below a card are signed with."""
    from lambda_image.adapters.secrets import Secret

    return Secret(made.client("secretsmanager"), made.settings.actions_secret, made.retry)


def _signer(made: Invocations) -> Callable[[Notification | Card], Mapping[str, str]]:
    """A token for each button of a message; none where nobody serves them."""
    if not made.settings.actions_secret:
        return no_tokens
    from lambda_image.steps.action_token import VALID, sign

    key = actions_key(made)

    def signed(message: Notification | Card) -> Mapping[str, str]:
        expires = made.clock.now() // 1_000 + VALID
        return {verb: sign(verb, message.thread_id, expires, key().encode()) for verb in message.actions}

    return signed


def telemetry(made: Invocations) -> Telemetry | None:
    """The lines beside those that were delivered, where they may be read."""
    from lambda_image.adapters.cloudwatch_logs import LogEvents
    from lambda_image.adapters.retry import Retry

    seconds = made.settings.neighbour_seconds
    retry = Retry(made.clock, attempts=3, reserve=30.0)
    return LogEvents(made.client("logs", 10.0), made.clock, retry, seconds) if seconds else None


def deployed(made: Invocations, login: Logins) -> GitSource | None:
    """The team's repositories at the commits that AWS says are deployed."""
    from lambda_image.wiring.repositories import repositories

    return repositories(made.settings, login, made.client, made.retry)


def accesses(made: Invocations, *, writes: bool = False) -> Accesses:
    """How the function reaches the code hosts."""
    from lambda_image.adapters.aws import client, credentials
    from lambda_image.adapters.hosts.connecting import Accesses, Means
    from lambda_image.adapters.secrets import Secret

    def secret(name: str) -> Secret:
        return Secret(made.client("secretsmanager"), name, made.retry)

    means = Means(secret, client, credentials, made.settings.region, made.retry)
    return Accesses(made.settings.code_hosts, means, writes)


def code_host(made: Invocations, accesses: Accesses) -> CodeHost:
    """Where the pull requests are, watched."""
    from lambda_image.adapters.hosts.connecting import code_hosts

    asked = made.settings
    return made.watched.code_host(code_hosts(accesses, asked.repositories, Path(asked.cache_dir)))


def fixes(made: Invocations) -> Fixes:
    """What became of pull requests, and what is to be learned of it."""
    from lambda_image.adapters.dynamodb.fixes import DynamoFixes
    from lambda_image.adapters.dynamodb.memory import DynamoMemory
    from lambda_image.aftercare.learning import LearningFixes

    kept = table(made)
    return LearningFixes(DynamoFixes(kept, made.clock), traces(made), DynamoMemory(kept, made.clock))


def watch_policy(made: Invocations) -> WatchPolicy:
    """How long a fix is watched, and how long a refusal counts."""
    from lambda_image.domain.aftermath import WatchPolicy

    return WatchPolicy(made.settings.fix_held_seconds, made.settings.fix_pause_seconds)


def rollout(made: Invocations, accesses: Accesses) -> Rollout | None:
    """What runs now, by AWS and git."""
    from lambda_image.adapters.deployments import Deployments
    from lambda_image.adapters.rollouts import Rollouts

    source = deployed(made, accesses.login)
    return Rollouts(source, Deployments(made.client, made.retry).newest) if source else None


def verifier(made: Invocations) -> Verifier:
    """The function that proves."""
    from lambda_image.adapters.verifier import LambdaVerifier

    client, name = made.client("lambda", 900.0), made.settings.verify_function
    return LambdaVerifier(client, name, lambda: work.current().subject)
