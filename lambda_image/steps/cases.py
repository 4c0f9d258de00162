"""Cases: an answer frozen with its correction, and given again by the rules of today."""

from __future__ import annotations

import re
from dataclasses import replace

from lambda_image.domain.case import Case, Replayed
from lambda_image.domain.diagnosis import DiagnosisDraft
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.notification import Outcome
from lambda_image.steps.answering.names import stems
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact_text
from lambda_image.steps.telling.decide import decide


def freeze(answered: Outcome, correction: str, rules: Rulebook = RULEBOOK) -> Case:
    """The case of a stored answer. Raises InputRefused without a correction, or what it was decided from."""
    said = " ".join(redact_text(correction, rules).text.split())
    basis = answered.basis
    if not said:
        raise InputRefused("there is no correction. Say what would have been right, with --correction")
    if basis is None or basis.evidence is None or basis.draft is None:
        raise InputRefused("this trace does not hold what was decided from, so nothing can be replayed")
    return Case(
        name=re.sub(r"[^\w.-]", "-", answered.work_id),
        basis=basis,
        said=tuple(claim.text for claim in answered.diagnosis.claims),
        confidence=answered.diagnosis.confidence,
        correction=said,
    )


def replay(case: Case, draft: DiagnosisDraft | None = None) -> Replayed:
    """What today's rules make of the model's answer of then, or of another `draft` over the same evidence."""
    outcome = decide(replace(case.basis, draft=draft or case.basis.draft))
    now = tuple(claim.text for claim in outcome.diagnosis.claims)
    right = stems(case.correction)
    held = len(right & stems(" ".join(now))) / len(right) if right else 0.0
    still = len(set(case.said) & set(now))
    return Replayed(now, outcome.diagnosis.confidence, still, round(held, 3))
