"""Gather what the answer may rest on; what cannot be read becomes a gap, never a guess."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import (
    Change,
    Evidence,
    Gap,
    Passage,
    Revision,
    ServiceMapping,
    SourceExcerpt,
)
from lambda_image.domain.incident import Incident
from lambda_image.ports import Knowledge, Repository
from lambda_image.steps.answering.context import context
from lambda_image.steps.answering.query import knowledge_query
from lambda_image.steps.answering.recall import FORGETFUL, Recollection
from lambda_image.steps.answering.spans import number_spans
from lambda_image.steps.code.places import locate, path_of
from lambda_image.steps.words.messages import NO_KNOWLEDGE, NO_SOURCE, NOTHING_FITS

PASSAGES = 5
CODE_TOKENS = 1_500
CHANGES = 3
# A passage that fits far less than the best one tells of another problem, and small models believe it.
NEAR_BEST = 0.6


def gather(
    incident: Incident,
    knowledge: Knowledge | None,
    source: Repository | None,
    gaps: tuple[Gap, ...] = (),
    code_tokens: int = CODE_TOKENS,
    past: Recollection = FORGETFUL,
) -> Evidence:
    """Log lines, runbook passages, code at the deployed commit, its recent changes, and what is remembered.

    All of it as numbered spans. `gaps` are known before, `code_tokens` bounds the code excerpts. Each source
    that is absent, unreadable or empty leaves a Gap.
    """
    event = incident.event
    passages, knowledge_gaps = _passages(event, knowledge, past.services)
    revision, excerpts, changes, source_gaps = _code(event, source, code_tokens)
    gathered = Evidence(
        passages=passages,
        excerpts=excerpts,
        changes=changes,
        spans=number_spans(event, passages, excerpts),
        gaps=(*gaps, *knowledge_gaps, *source_gaps),
        revision=revision,
    )
    return past.recall(incident, gathered)


def without_model(evidence: Evidence, failed: Exception) -> Evidence:
    """The evidence with a gap in place of the model: people still get the log, the pages and the code."""
    gap = Gap("model", str(failed), "See docs/configuration.md, TRACEMEND_MODELS, and the model's access")
    return replace(evidence, gaps=(*evidence.gaps, gap))


def _passages(
    event: RedactedEvent, knowledge: Knowledge | None, services: tuple[ServiceMapping, ...]
) -> tuple[tuple[Passage, ...], tuple[Gap, ...]]:
    if knowledge is None:
        return (), (NO_KNOWLEDGE,)
    try:
        found = knowledge.search(knowledge_query(event, services), PASSAGES)
    except EvidenceUnavailable as unavailable:
        return (), (_gap(unavailable),)
    if not found:
        return (), (NOTHING_FITS,)
    return tuple(each for each in found if each.score >= NEAR_BEST * found[0].score), ()


def _code(
    event: RedactedEvent, source: Repository | None, code_tokens: int
) -> tuple[Revision | None, tuple[SourceExcerpt, ...], tuple[Change, ...], tuple[Gap, ...]]:
    if source is None:
        return None, (), (), (NO_SOURCE,)
    try:
        revision = source.revision(event.log_group, event.log_stream)
        excerpts = context(event, revision, source, budget_tokens=code_tokens)
    except EvidenceUnavailable as unavailable:
        return None, (), (), (_gap(unavailable),)
    try:
        return revision, excerpts, _changes(event, source, revision, excerpts), ()
    except EvidenceUnavailable as unavailable:
        return revision, excerpts, (), (_gap(unavailable),)


def _changes(
    event: RedactedEvent, source: Repository, revision: Revision, excerpts: tuple[SourceExcerpt, ...]
) -> tuple[Change, ...]:
    """The commits that last touched the failing line: the innermost of our own frames that is shown."""
    files = tuple(dict.fromkeys(each.file for each in excerpts))
    for frame in reversed(event.frames):
        file = locate(path_of(frame), files) if frame.in_app else None
        line = frame.line
        if file and line and any(each.file == file and each.start <= line <= each.end for each in excerpts):
            return _nearest(source.changes(revision, file, (line, line)), event.timestamp)
    return ()


def _nearest(changes: tuple[Change, ...], occurred: int) -> tuple[Change, ...]:
    """What is not deployed first, then what was there before the error occurred, the nearest first."""

    def order(change: Change) -> tuple[bool, bool, int]:
        return change.deployed, change.timestamp > occurred, abs(occurred - change.timestamp)

    return tuple(sorted(changes, key=order)[:CHANGES])


def _gap(unavailable: EvidenceUnavailable) -> Gap:
    return Gap(unavailable.source, unavailable.reason, unavailable.fix)
