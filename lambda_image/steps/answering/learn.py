"""What is to be learned of an answer, once somebody or something has judged it."""

from __future__ import annotations

from lambda_image.domain.lessons import NOTE, Lesson, Subject, Verdict
from lambda_image.domain.notification import Outcome
from lambda_image.steps.answering.recall import subject_of
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact_text
from lambda_image.steps.words.length import short


def subject_of_answer(answered: Outcome) -> Subject | None:
    """What the answer was about; None for a trace that does not hold what it was decided from."""
    basis = answered.basis
    if basis is None:
        return None
    known = basis.evidence.remembered if basis.evidence else None
    return known.subject if known else subject_of(basis.incident)


def lesson(
    answered: Outcome, verdict: Verdict, at: int, note: str = "", rules: Rulebook = RULEBOOK, *, url: str = ""
) -> Lesson:
    """How this answer was judged at a time in ms since the epoch; `note` may hold anything, and is redacted.

    `url` is that of the pull request which came of the answer.
    """
    claims = answered.diagnosis.claims
    said = " ".join(redact_text(note, rules).text.split())
    cause = claims[0].text if claims else ""
    return Lesson(answered.work_id, verdict, at, cause, short(said, NOTE), url)
