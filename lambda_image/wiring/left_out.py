"""Settings to the policy of `intake`: what is left out of the logs, and the team's own rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.redact import rulebook

if TYPE_CHECKING:
    from lambda_image.settings import Settings


def policy(settings: Settings) -> IntakePolicy:
    """The policy of these settings; patterns cost a cold start only where there are some."""
    made = IntakePolicy(
        settings.own_log_groups,
        excluded_log_groups=settings.excluded_log_groups,
        redaction=rulebook(settings.redact, addresses=settings.redact_ips),
        rules=settings.fingerprint_rules,
    )
    if not (settings.include or settings.exclude or settings.patterns):
        return made
    from lambda_image.steps.filters import parse

    return replace(
        made,
        include=tuple(map(parse, settings.include)),
        exclude=tuple(map(parse, settings.exclude)),
        patterns={group: parse(pattern) for group, pattern in settings.patterns.items()},
    )
