"""What answers and repairs an incident, by the settings: models, runbooks, source and their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_image.ports import Clock, Knowledge, Reasoner
from lambda_image.settings import Settings
from lambda_image.steps.redact import rulebook

if TYPE_CHECKING:
    from lambda_image.adapters.git.source import GitSource
    from lambda_image.adapters.retry import Retry
    from lambda_image.pipeline import Tools
    from lambda_image.steps.repairing.propose import Terms
    from lambda_image.wiring.invocations import Invocations


def knowledge(settings: Settings, clock: Clock, tell: Callable[[str], None]) -> Knowledge | None:
    """The team's runbooks, where an index is configured. Raises ConfigurationError."""
    from lambda_image.adapters.runbooks.indexes import open_index
    from lambda_image.wiring.librarian import surroundings

    return open_index(settings.index, surroundings(settings, clock, tell)) if settings.index else None


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


def tools(
    settings: Settings, reasoner: Reasoner, knowledge: Knowledge | None, source: GitSource | None
) -> Tools:
    """What answers and repairs, by the settings; who watches, proves or remembers is added by who asks."""
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


def larger(made: Invocations) -> Reasoner | None:
    """The model for hard repairs, watched under its own name."""
    if not made.settings.repair_model:
        return None
    hard = replace(made, settings=replace(made.settings, models=(made.settings.repair_model,)))
    return hard.watched.reasoner(reasoner(hard.settings, hard.clock, hard.retry))


def _terms(settings: Settings) -> Terms:
    from lambda_image.domain.patch import Bounds
    from lambda_image.steps.editing.paths import PathPolicy
    from lambda_image.steps.repairing.propose import Terms

    paths = PathPolicy(settings.edit_allow, settings.edit_deny)
    bounds = Bounds(
        settings.repair_attempts, settings.repair_tokens, settings.repair_seconds, settings.repair_usd
    )
    return Terms(bounds, settings.test_command or None, None, settings.prices, paths)
