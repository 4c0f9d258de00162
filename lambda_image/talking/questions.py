"""Questions about an answered problem, answered from what was stored of it and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.card import Card
from lambda_image.domain.diagnosis import Diagnosis, DiagnosisDraft, Fault
from lambda_image.domain.errors import (
    AnswerMalformed,
    DeadlineNear,
    InputRefused,
    PermanentError,
    TransientError,
)
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.ports import Reasoner, TraceStore
from lambda_image.steps.answering.check import check
from lambda_image.steps.answering.gather import without_model
from lambda_image.steps.questions.inquire import inquire
from lambda_image.steps.questions.reply import Stored, reply
from lambda_image.steps.questions.topic import Topic, topic
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact_text
from lambda_image.steps.telling.compose import told_of

# A fingerprint, a thread or a work, as cards, threads and `tracemend status` show them.
_NAME = re.compile(r"[\w-]{1,100}(?:\.\d{1,6})?", re.ASCII)
# A question in plain words to the model; the rest of such an answer is made by code.
FOR_A_MANAGER = "Explain to a manager who reads no code, in short and plain words: what goes wrong, and why?"

NO_DRAFT = DiagnosisDraft((), Fault.UNKNOWN, (), ())


@dataclass(frozen=True, slots=True)
class Archive:
    """What is stored of problems. `incident` tells how one stands now, by its fingerprint.

    Without a `reasoner` only plain questions are answered: why, the code, what changed, and their like.
    """

    traces: TraceStore
    incident: Callable[[str], Incident | None]
    reasoner: Reasoner | None = None
    evidence_tokens: int = 6_000
    redaction: Rulebook = RULEBOOK

    def answered(self, named: str) -> Outcome:
        """The stored answer of a work, a thread, or the newest of a fingerprint. Raises InputRefused."""
        if not _NAME.fullmatch(named):
            raise InputRefused(f"{named[:100]!r} is no problem. Name its fingerprint, as cards show it")
        found = self.traces.load(named, Task.RESPOND)
        if found is None and (stands := self.incident(named)):
            found = self.traces.load(stands.work_id, Task.RESPOND)
        if found is None:
            raise InputRefused(f"no answer is stored of {named}. `tracemend status` lists the problems")
        return found


def answer_question(named: str, text: str, archive: Archive) -> Card:
    """A card for the thread of the problem that is `named` by its fingerprint, thread or work.

    A plain question is answered by code, any other by the model from the stored spans alone; what they do not
    hold is "not known". Raises InputRefused where nothing is stored, and TransientError.
    """
    answered = archive.answered(named)
    basis = answered.basis
    if basis is None or basis.evidence is None:
        raise InputRefused(f"of {named} is not stored what it was decided from: the trace is too old")
    question = redact_text(text, archive.redaction).text
    about = topic(question)
    told = told_of(basis.incident, answered.diagnosis, basis.evidence, basis.audience)
    repair = archive.traces.load(basis.incident.work_id, Task.REPAIR)
    asked = {Topic.FREE: question, Topic.MANAGER: FOR_A_MANAGER}.get(about)
    said = _said(asked, answered, archive) if asked else None
    return reply(question, about, Stored(told, _now(basis.incident, archive), repair, said))


def _now(answered: Incident, archive: Archive) -> Incident:
    """How the problem stands, if it is still that of this thread."""
    stands = archive.incident(answered.fingerprint)
    return stands if stands and stands.thread_id == answered.thread_id else answered


def _said(question: str, answered: Outcome, archive: Archive) -> Diagnosis | None:
    """What a model says, as far as the stored evidence holds it; None where there is none to ask."""
    basis = answered.basis
    if archive.reasoner is None or basis is None or basis.evidence is None:
        return None
    tokens, language = archive.evidence_tokens, basis.audience.language
    try:
        return inquire(question, basis.incident, basis.evidence, archive.reasoner, tokens, language)
    except (AnswerMalformed, DeadlineNear, PermanentError, TransientError) as failed:
        return check(NO_DRAFT, without_model(basis.evidence, failed))
