"""Decide what may be said, by rules alone: the same basis gives the same outcome, today or in a year."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.domain.errors import InputRefused
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.steps.answering.check import check
from lambda_image.steps.telling.compose import compose_answer
from lambda_image.steps.telling.compose_repair import compose_repair


def decide(basis: Basis) -> Outcome:
    """The answer to an incident, from evidence and the model's draft. Raises InputRefused without them."""
    if basis.evidence is None or basis.draft is None:
        raise InputRefused("no evidence and no draft were kept, so there is nothing to decide from")
    checked = check(basis.draft, basis.evidence)
    outcome = compose_answer(
        basis.incident, checked, basis.evidence, basis.audience, can_repair=basis.can_repair
    )
    return replace(outcome, basis=basis)


def decide_again(stored: Outcome) -> Outcome:
    """What the rules of today make of a stored outcome: of a repair the card, its proof is as it was.

    Raises InputRefused for a trace that holds too little.
    """
    if stored.basis is None:
        raise InputRefused(
            "this trace is older than the record of what was decided from. It can only be read"
        )
    if stored.task is Task.REPAIR:
        return compose_repair(stored.basis.incident, stored)
    return decide(stored.basis)
