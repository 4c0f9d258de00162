"""Hold every statement of the model against its sources; what does not stand there is not shown.

This is the only place that builds a `Diagnosis`. Confidence is decided here, by rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lambda_image.domain.diagnosis import Claim, Confidence, Diagnosis, DiagnosisDraft, DraftClaim, Fault
from lambda_image.domain.evidence import Evidence, Span, SpanKind
from lambda_image.steps.answering.names import Name, holds, names, refers, sentences, stems, telling
from lambda_image.steps.answering.translation import faithful

STEPS = 6
SHARED_WORDS = 3
# How much of a claim must stand in its sources. What rests on a runbook or an earlier answer alone is not
# seen, only told of: it has to be nearly their own words.
SHARE_OF_WORDS = 0.3
SHARE_OF_WORDS_OF_A_PAGE = 0.8
# Words that a sentence about the one before it may add.
ADDED = 2
# Where these stand says nothing about the error.
_BARE = {SpanKind.LOG, SpanKind.EARLIER, SpanKind.CORRECTION}


def check(draft: DiagnosisDraft, evidence: Evidence) -> Diagnosis:
    """The claims that their sources support, runbook steps lifted verbatim, and how sure we may be."""
    claims: dict[str, Claim] = {}
    dropped: list[str] = []
    for proposed in draft.claims:
        held, reasons = _held(proposed, evidence)
        dropped += reasons
        if held:
            claims.setdefault(held.text, _claim(held, held.text, evidence))
    kept = tuple(claims.values())
    return Diagnosis(
        claims=kept,
        fault=draft.fault if kept else Fault.UNKNOWN,
        confidence=_confidence(kept, dropped, evidence),
        steps=_steps(draft, kept, evidence),
        dropped=tuple(dropped),
        gaps=evidence.gaps,
        usage=draft.usage,
    )


def _held(proposed: DraftClaim, evidence: Evidence) -> tuple[DraftClaim | None, list[str]]:
    """What of a claim stands in its sources, sentence by sentence, and why the rest may not be shown.

    Else a sentence out of the sources would carry any other. Of what is cut the translation is not shown.
    """
    text = " ".join(proposed.text.split())
    if reason := objection(proposed, evidence):
        return None, [f'"{text}": {reason}']
    if any(text in " ".join(span.text.split()) for span in _cited(proposed, evidence)):
        return replace(proposed, text=text), []
    facts = citations(proposed, evidence)
    kept: list[str] = []
    reasons: list[str] = []
    for said in sentences(text):
        reason = _unfounded(said, facts, evidence)
        if reason and telling(said) and not (kept and _adds_little(said, facts, evidence)):
            reasons.append(f'"{said}": {reason}')
        else:
            kept.append(said)
    if not reasons:
        return replace(proposed, text=text), []
    return (replace(proposed, text=" ".join(kept), said="") if any(map(telling, kept)) else None), reasons


def _adds_little(said: str, facts: Iterable[Span], evidence: Evidence) -> bool:
    """Whether a sentence speaks of the one before it ("It is None there.") and has hardly a word beside."""
    return refers(said) and len(telling(said) - stems(_text((*facts, *_log(evidence))))) <= ADDED


def _claim(proposed: DraftClaim, text: str, evidence: Evidence) -> Claim:
    """What is left of a claim without objection; in another language only what says the same."""
    said = " ".join(proposed.said.split())
    sources = _text((*_cited(proposed, evidence), *_log(evidence)))
    return Claim(text, citations(proposed, evidence), said if faithful(said, text, sources) else "")


def objection(claim: DraftClaim, evidence: Evidence) -> str | None:
    """Why this claim may not be shown, or None when its sources hold all that it says."""
    unknown = [span_id for span_id in claim.span_ids if evidence.span(span_id) is None]
    if unknown:
        return f"cites {', '.join(unknown)}, which is not in the evidence"
    cited = _cited(claim, evidence)
    if not cited or not claim.text.strip():
        return "cites nothing"
    sources = _text((*cited, *_log(evidence)))
    missing = [name for name in names(claim.text) if not holds(sources, name)]
    missing = [name for name in missing if not (name.weak and _ordinary(name, evidence))]
    if missing:
        return f"{', '.join(name.text for name in missing)} does not stand in what it cites"
    return _unfounded(claim.text, citations(claim, evidence), evidence)


def _unfounded(text: str, cited: Iterable[Span], evidence: Evidence) -> str | None:
    """The objection to a text whose words are too far from what it cites."""
    facts = [span for span in cited if not span.step]
    said = telling(text)
    if any(text in " ".join(span.text.split()) for span in facts):
        return None
    if not facts or not said:
        return "has no word in common with what it cites, or only with an instruction"
    seen = any(span.kind in {SpanKind.LOG, SpanKind.CODE} for span in facts)
    held = said & stems(_text((*facts, *_log(evidence)) if seen else facts))
    if len(held) < len(said) * (SHARE_OF_WORDS if seen else SHARE_OF_WORDS_OF_A_PAGE):
        return "says more than what it cites"
    return None


def citations(claim: DraftClaim, evidence: Evidence) -> tuple[Span, ...]:
    """What the claim rests on: the cited spans that have to do with it, and the log lines with its names.

    Small models cite a neighbouring line; the line that really holds the name is found by code.
    """
    words, wanted = stems(claim.text), names(claim.text)
    cited = [
        span
        for span in _cited(claim, evidence)
        if words & stems(_text([span])) or any(holds(_text([span]), name) for name in wanted)
    ]
    for name in wanted:
        if not any(holds(_text([span]), name) for span in cited):
            cited += [span for span in reversed(_log(evidence)) if holds(span.text, name)][:1]
    return tuple(cited)


def _ordinary(name: Name, evidence: Evidence) -> bool:
    """Whether a capitalised first word is written small somewhere, so that it names nothing."""
    small = Name(name.text.lower())
    return any(holds(span.text, small) for span in evidence.spans)


def _cited(claim: DraftClaim, evidence: Evidence) -> tuple[Span, ...]:
    found = (evidence.span(span_id) for span_id in dict.fromkeys(claim.span_ids))
    return tuple(span for span in found if span is not None)


def _log(evidence: Evidence) -> tuple[Span, ...]:
    return tuple(span for span in evidence.spans if span.kind is SpanKind.LOG)


def _text(spans: Iterable[Span]) -> str:
    """What spans testify to: their text, and of pages and code also where it stands."""
    return "\n".join(
        span.text if span.kind in _BARE else f"{span.source} line {span.line}\n{span.text}" for span in spans
    )


def _confidence(claims: tuple[Claim, ...], dropped: list[str], evidence: Evidence) -> Confidence:
    """HIGH: one statement joins the log with code or a fitting runbook, and nothing had to be dropped."""
    if not claims:
        return Confidence.NOT_KNOWN
    telling = [{span.kind for span in claim.citations if _tells(span, evidence)} for claim in claims]
    joined = any(SpanKind.LOG in kinds and len(kinds) > 1 for kinds in telling)
    beyond_log = any(kinds - {SpanKind.LOG} for kinds in telling)
    if joined and not dropped:
        return Confidence.HIGH
    return Confidence.MEDIUM if beyond_log else Confidence.LOW


def _tells(span: Span, evidence: Evidence) -> bool:
    if span.kind.told:
        return False
    return span.kind is not SpanKind.PASSAGE or _relevant(_page(span), evidence)


def _page(span: Span) -> str:
    """The passage that a span belongs to: P3 of P3.2."""
    return span.id.partition(".")[0]


def _relevant(page: str, evidence: Evidence) -> bool:
    """Whether a passage is about this error: it shares a name or several words with the log."""
    spans = [span for span in evidence.spans if span.kind is SpanKind.PASSAGE and _page(span) == page]
    passage = "\n".join((spans[0].source, *(span.text for span in spans))) if spans else ""
    log = "\n".join(span.text for span in _log(evidence))
    named = any(name.number is None and not name.weak and holds(log, name) for name in names(passage))
    return named or len(stems(passage) & stems(log)) >= SHARED_WORDS


def _steps(draft: DiagnosisDraft, claims: Iterable[Claim], evidence: Evidence) -> tuple[Span, ...]:
    """The instructions that the model chose, or else those of the first page that a claim rests on."""
    chosen = [span for step_id in draft.step_ids if (span := evidence.span(step_id)) is not None]
    fitting = [span for span in chosen if span.step and _relevant(_page(span), evidence)]
    if not fitting:
        cited = (span for claim in claims for span in claim.citations if span.kind is SpanKind.PASSAGE)
        page = next((_page(span) for span in cited if _relevant(_page(span), evidence)), None)
        fitting = [span for span in evidence.spans if span.step and _page(span) == page]
    return tuple(dict.fromkeys(_with_commands(fitting, evidence)))[:STEPS]


def _with_commands(steps: Iterable[Span], evidence: Evidence) -> Iterable[Span]:
    """Each step, followed by the command that it introduces with a colon."""
    order = {span.id: at for at, span in enumerate(evidence.spans)}
    for step in steps:
        yield step
        following = evidence.spans[order[step.id] + 1 : order[step.id] + 2]
        if step.text.rstrip().endswith(":") and following and following[0].command:
            yield following[0]
