"""What became of earlier answers to this problem, and to its kind in its service, as evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.evidence import Evidence, Gap, ServiceMapping, Span, SpanKind, place_of
from lambda_image.domain.incident import Incident
from lambda_image.domain.lessons import Lesson, Remembered, Subject, Verdict
from lambda_image.ports import Memory
from lambda_image.steps.words.messages import EARLIER_ANSWERS, TRY_AGAIN

# Lessons that are quoted: the newest say what holds now.
QUOTED = 3


@dataclass(frozen=True, slots=True)
class Recollection:
    """What is remembered of answers, where somebody remembers.

    `services` tell of what service a log group is.
    """

    memory: Memory | None = None
    services: tuple[ServiceMapping, ...] = ()

    def recall(self, incident: Incident, evidence: Evidence) -> Evidence:
        """The evidence with what is remembered, as spans E1, E2; what cannot be read becomes a gap."""
        if self.memory is None:
            return evidence
        subject = subject_of(incident, self.services)
        try:
            remembered = self.memory.recall(subject)
        except (PermanentError, TransientError) as failed:
            gap = Gap(EARLIER_ANSWERS, str(failed), TRY_AGAIN)
            return replace(evidence, remembered=Remembered(subject), gaps=(*evidence.gaps, gap))
        return replace(evidence, remembered=remembered, spans=(*evidence.spans, *_spans(remembered)))


FORGETFUL = Recollection()


def subject_of(incident: Incident, services: tuple[ServiceMapping, ...] = ()) -> Subject:
    """What lessons about this incident are kept under.

    Its kind is the exception type or error code; what has neither is of no kind but its own.
    """
    event = incident.event
    service = event.service or place_of(event.log_group, services).service or event.log_group
    kind = event.exception_type or event.error_code or incident.fingerprint
    return Subject(incident.fingerprint, service, kind)


def _spans(remembered: Remembered) -> Iterator[Span]:
    """Those of the problem itself first; a wrong answer that nobody corrected tells nothing."""
    known = {each.work_id: each for each in (*remembered.of_problem, *remembered.of_kind) if _said(each)}
    for number, lesson in enumerate([*known.values()][:QUOTED], start=1):
        right = lesson.verdict is Verdict.RIGHT
        yield Span(
            id=f"E{number}",
            kind=SpanKind.EARLIER if right else SpanKind.CORRECTION,
            text=_said(lesson),
            source=f"{datetime.fromtimestamp(lesson.at / 1_000, UTC):%Y-%m-%d}",
            url=(lesson.pull_request_url or None) if right else None,
        )


def _said(lesson: Lesson) -> str:
    """Of a right answer its cause and what was done, of a wrong one the correction."""
    if lesson.verdict is Verdict.RIGHT:
        return " ".join(filter(None, (lesson.cause, lesson.note)))
    return lesson.note if lesson.verdict is Verdict.WRONG else ""
