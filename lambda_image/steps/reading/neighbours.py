"""An error made whole again: the lines around it, where a filter or the end of a batch cut them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Gap
from lambda_image.domain.incident import Incident
from lambda_image.domain.records import NO_LOG_GROUPS, LogRecord
from lambda_image.ports import Telemetry
from lambda_image.steps.reading.assemble import CONTEXT_LINES, Block, assemble
from lambda_image.steps.reading.fields import unwrapped
from lambda_image.steps.reading.read_trace import read_trace, with_context
from lambda_image.steps.reading.shorten import presentable
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact_text
from lambda_image.steps.words.messages import NOT_IN_STREAM

# By so much of its first line an event is known again; longer lines were shortened behind it.
KNOWN_BY = 1_000


def with_neighbours(
    incident: Incident, telemetry: Telemetry | None, rules: Rulebook = RULEBOOK
) -> tuple[Incident, tuple[Gap, ...]]:
    """The incident with its whole trace and the lines before it; fingerprint and thread stay what they are.

    The lines are redacted before anything else sees them. What cannot be asked for is a gap.
    """
    event = incident.event
    if telemetry is None or not _is_cut(event):
        return incident, ()
    try:
        records = telemetry.neighbours(event.log_group, event.log_stream, event.timestamp)
    except EvidenceUnavailable as unavailable:
        return incident, (Gap(unavailable.source, unavailable.reason, unavailable.fix),)
    block = _block_of(event, records, rules)
    if block is None:
        return incident, (NOT_IN_STREAM,)
    whole = presentable(with_context(read_trace(block), block), rules)
    return replace(incident, event=_again(event, whole)), ()


def _is_cut(event: RedactedEvent) -> bool:
    """Whether there may be more of it in its log stream than was delivered."""
    if event.log_group in NO_LOG_GROUPS or not event.log_stream or not event.timestamp:
        return False
    return len(event.context) < CONTEXT_LINES or not event.frames or event.exception_type is None


def _block_of(event: RedactedEvent, records: Sequence[LogRecord], rules: Rulebook) -> Block | None:
    """What stands in the stream around the event's first line, put together."""
    same_time = [each for each in records if each.timestamp == event.timestamp]
    known = [each for each in same_time if _begins_with(each, event, rules)] or same_time[
        : len(same_time) == 1
    ]
    if not known:
        return None
    return next(block for block in assemble(records) if known[0] in block.records)


def _begins_with(record: LogRecord, event: RedactedEvent, rules: Rulebook) -> bool:
    first = redact_text(unwrapped(record.message).split("\n", 1)[0].rstrip("\r"), rules).text
    return first[:KNOWN_BY] == event.lines[0][:KNOWN_BY] if event.lines else False


def _again(event: RedactedEvent, whole: RedactedEvent) -> RedactedEvent:
    """What was read now, with what only the delivery knew."""
    return replace(
        whole,
        id=event.id,
        timestamp=event.timestamp,
        records=event.records,
        context=whole.context or event.context,
        level=whole.level or event.level,
        request_id=whole.request_id or event.request_id,
        service=whole.service or event.service,
        error_code=whole.error_code or event.error_code,
    )
