"""Ask the model what broke and why, over numbered evidence; it can only cite what is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from lambda_image.domain.card import LANGUAGES
from lambda_image.domain.diagnosis import DiagnosisDraft, DraftClaim, Fault
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Evidence, Span, SpanKind
from lambda_image.domain.incident import Incident
from lambda_image.domain.prompt import Prompt
from lambda_image.ports import Reasoner
from lambda_image.prompts import render
from lambda_image.prompts.fence import as_written

# Enough for a log, three passages and a function; the prompt dominates the time of a small model.
EVIDENCE_TOKENS = 1_000
CHARACTERS_PER_TOKEN = 3.5
# Raised by wrong code alone, whatever a small model makes of them. KeyError is not here: it may be a setting.
CODE_ERRORS = frozenset(
    {
        "ArithmeticException",
        "ArrayIndexOutOfBoundsException",
        "AttributeError",
        "ClassCastException",
        "IndexError",
        "NameError",
        "NoMethodError",
        "NullPointerException",
        "ReferenceError",
        "TypeError",
        "UnboundLocalError",
        "ZeroDivisionError",
    }
)
LOG_SHARE, CODE_SHARE = 0.35, 0.3


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage as the prompt shows it."""

    id: str
    title: str
    url: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as the prompt shows it."""

    name: str
    spans: tuple[Span, ...]


def diagnose(
    incident: Incident,
    evidence: Evidence,
    reasoner: Reasoner,
    budget_tokens: int = EVIDENCE_TOKENS,
    language: str = "en",
) -> DiagnosisDraft:
    """The model's draft: claims with the ids they cite, the kind of fault, the runbook lines to follow.

    Claims are made in English, in which they are checked; for another `language` also in that one.

    Raises what `Reasoner.ask` raises.
    """
    # pydantic waits until a model is asked: `intake` imports the pipeline and never asks one.
    from lambda_image.steps.answering.answer import answer_type  # noqa: PLC0415

    shown = select(incident, evidence, budget_tokens)
    question = prompt(shown, evidence, language)
    answered = reasoner.ask(question, answer_type(shown, translated=language != "en"))
    answer: Any = answered.value
    return DiagnosisDraft(
        claims=drafted(answer),
        fault=_fault(incident.event, Fault(answer.fault)),
        step_ids=tuple(answer.steps),
        usage=(replace(answered.usage, stage="diagnose"),),
        prompt=f"{question.name}@{question.version}",
    )


def drafted(answer: Any) -> tuple[DraftClaim, ...]:
    """The claims of a model's answer, as it wrote them."""
    return tuple(
        DraftClaim(as_written(claim.text), tuple(claim.spans), as_written(getattr(claim, "said", "")))
        for claim in answer.claims
    )


def _fault(event: RedactedEvent, said: Fault) -> Fault:
    """The model's opinion, unless our own innermost frame raised what only wrong code raises."""
    ours = bool(event.frames) and event.frames[-1].in_app
    kind = (event.exception_type or "").rpartition(".")[2]
    return Fault.CODE if said is not Fault.UNKNOWN and ours and kind in CODE_ERRORS else said


def prompt(shown: Sequence[Span], evidence: Evidence, language: str = "en") -> Prompt:
    """The question over these spans."""
    return render("diagnose", **values(shown, evidence, language))


def values(shown: Sequence[Span], evidence: Evidence, language: str = "en") -> dict[str, object]:
    """What a template puts in place of its names, for these spans."""
    passages = [
        ShownPassage(f"P{number}", passage.title, passage.url, spans)
        for number, passage in enumerate(evidence.passages, start=1)
        if (spans := tuple(span for span in shown if span.id.startswith(f"P{number}.")))
    ]
    code = (span for span in shown if span.kind is SpanKind.CODE)
    files = [ShownFile(name, tuple(spans)) for name, spans in groupby(code, lambda span: span.source)]
    other = LANGUAGES[language] if language != "en" else ""
    return {
        "log": [span for span in shown if span.kind is SpanKind.LOG],
        "earlier": [span for span in shown if span.kind.told],
        "passages": passages,
        "files": files,
        "language": other,
    }


def select(incident: Incident, evidence: Evidence, budget_tokens: int) -> tuple[Span, ...]:
    """The spans that fit the budget: log, the code around the failing line, what was learned, passages."""
    room = int(budget_tokens * CHARACTERS_PER_TOKEN)
    log = _fitting(reversed(_of(evidence, SpanKind.LOG)), int(room * LOG_SHARE))
    code = _fitting(_nearest_first(incident, evidence), int(room * CODE_SHARE))
    earlier = tuple(span for span in evidence.spans if span.kind.told)
    left = room - sum(_cost(span) for span in (*log, *code, *earlier))
    passages = _fitting(_of(evidence, SpanKind.PASSAGE), left)
    chosen = {span.id for span in (*log, *code, *earlier, *passages)}
    return tuple(span for span in evidence.spans if span.id in chosen)


def _of(evidence: Evidence, kind: SpanKind) -> tuple[Span, ...]:
    return tuple(span for span in evidence.spans if span.kind is kind)


def _nearest_first(incident: Incident, evidence: Evidence) -> list[Span]:
    """Code lines by their distance from the lines of the trace; the raising frame's file leads."""
    frames = [frame for frame in reversed(incident.event.frames) if frame.in_app and frame.line]

    def distance(span: Span) -> int:
        gaps = [
            1_000 * rank + abs((span.line or 0) - (frame.line or 0))
            for rank, frame in enumerate(frames)
            if f"/{frame.file}".endswith(f"/{span.source}")
        ]
        return min(gaps, default=1_000_000)

    return sorted(_of(evidence, SpanKind.CODE), key=distance)


def _fitting(spans: Iterable[Span], room: int) -> tuple[Span, ...]:
    """The first spans that fit in `room` characters; at least one, so that no kind goes unseen."""
    taken: list[Span] = []
    for span in spans:
        room -= _cost(span)
        if room < 0 and taken:
            break
        taken.append(span)
    return tuple(taken)


def _cost(span: Span) -> int:
    return min(len(span.text), 400) + 8
