"""Settings to adapters to functions; what several of them are made of stands in `wiring/`.

Each function of the system is built on first use and kept for warm starts. Adapters are imported where they
are built, so that `intake` never loads what only `respond` needs.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from lambda_image.domain.gate import Level
from lambda_image.observing import log
from lambda_image.ports import (
    Verifier,
)
from lambda_image.wiring import parts, toolbox, ways
from lambda_image.wiring.functions import (
    ChatFunction,
    IntakeFunction,
    ReceiptFunction,
    RepairFunction,
    RespondFunction,
    WatchFunction,
)
from lambda_image.wiring.invocations import invocations
from lambda_image.wiring.left_out import policy
from lambda_image.wiring.loading import once

if TYPE_CHECKING:
    from lambda_image.domain.patch import VerifyRequest


@once
def intake() -> IntakeFunction:
    """Raises ConfigurationError naming every missing setting, as the other functions do."""
    made = invocations("ledger_table", "incidents_queue_url")
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

    made = invocations("ledger_table", "topic_arn", "trace_bucket", "models")
    asked = made.settings
    url = asked.repairs_queue_url
    asking = toolbox.reasoner(asked, made.clock, made.retry)
    found = toolbox.knowledge(asked, made.clock, log.warning)
    tools = toolbox.tools(
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
    made = invocations(*needed, "code_hosts")
    asked, watched = made.settings, made.watched
    accesses = parts.accesses(made, writes=True)
    asking = watched.reasoner(toolbox.reasoner(asked, made.clock, made.retry))
    tools = toolbox.tools(asked, asking, None, parts.deployed(made, accesses.login))
    terms = replace(tools.terms, larger=toolbox.larger(made))
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

    made = invocations("ledger_table", "topic_arn", "trace_bucket", "repositories", "code_hosts")
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

    made = invocations("ledger_table", "incidents_queue_url", "actions_secret", "trace_bucket")
    asked, table = made.settings, parts.table(made)
    ledger, known = DynamoActions(table, made.clock), DynamoFixes(table, made.clock).incident
    counter = Counter(
        clock=made.clock,
        actions=made.watched.actions(ledger),
        mutes=ledger,
        incidents=parts.queue(made, asked.incidents_queue_url),
        repairs=parts.queue(made, asked.repairs_queue_url) if asked.repairs_queue_url else None,
        key=parts.actions_key(made),
        archive=parts.archive(made, known, toolbox.reasoner(asked, made.clock, made.retry)),
        memory=DynamoMemory(table, made.clock),
        merges=DynamoMerges(table, made.clock),
        look=parts.looking(made, known),
    )
    return ChatFunction(made.clock, made.tracer, counter)


@once
def receipt() -> ReceiptFunction:
    """The function that hears what the topic delivered."""
    made = invocations("ledger_table")
    return ReceiptFunction(made.clock, made.tracer, parts.ledger(made))


@cache
def verify() -> Verifier:
    """The function that runs tests and holds nothing."""
    from lambda_image.adapters.sandbox.workspace import open_workspace
    from lambda_image.adapters.verifier import LocalVerifier

    return LocalVerifier(open_workspace)


def verify_request(event: Any) -> VerifyRequest:
    """What the function `verify` was asked. Raises InputRefused."""
    from lambda_image.adapters.verifier import unpacked

    return unpacked(event)
