"""One delivery understood: what it adds to the ledger, and the rule for everything held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from lambda_image.domain.events import ErrorEvent, RedactedEvent
from lambda_image.domain.identity import FingerprintRule
from lambda_image.domain.incident import Intake, Sighting
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.assemble import Block, assemble
from lambda_image.steps.detect import CONTROL_MESSAGE, held_back
from lambda_image.steps.fingerprint import decide, fingerprint
from lambda_image.steps.policy import IntakePolicy
from lambda_image.steps.read_trace import read_trace
from lambda_image.steps.redact import RULEBOOK, Rulebook, redact
from lambda_image.steps.shorten import shorten


def understand(delivery: Delivery, policy: IntakePolicy) -> Intake:
    """The delivery's errors by fingerprint, and how many raw records each rule held back.

    Raw records = the sum of `suppressed` + the sum of `records` over the sightings.
    """
    suppressed: Counter[str] = Counter()
    if delivery.control:
        suppressed[CONTROL_MESSAGE] += delivery.control
    sightings: dict[str, Sighting] = {}
    for block in assemble(delivery.records):
        rule = held_back(block, policy)
        if rule:
            suppressed[rule] += len(block.records)
            continue
        read = read_trace(block)
        # Most errors are repeats; the lines before them are most of the work, and only the first needs those.
        event = _without_context(read, policy.redaction)
        name = fingerprint(event, policy.rules)
        before = sightings.get(name)
        sightings[name] = (
            _again(before, event) if before else _first(shorten(redact(read, policy.redaction)), policy.rules)
        )
    return Intake(delivery.mark, tuple(sightings.values()), tuple(sorted(suppressed.items())))


def _without_context(event: ErrorEvent, rules: Rulebook = RULEBOOK) -> RedactedEvent:
    """What the fingerprint is made of, so that it does not depend on the lines before."""
    return shorten(redact(replace(event, context=()), rules))


def _first(event: RedactedEvent, rules: Sequence[FingerprintRule]) -> Sighting:
    decision = decide(event, rules)
    seen = event.timestamp
    return Sighting(decision.fingerprint, 1, event.records, seen, seen, event, decision)


def _again(before: Sighting, event: RedactedEvent) -> Sighting:
    return replace(
        before,
        count=before.count + 1,
        records=before.records + event.records,
        first_seen=min(before.first_seen, event.timestamp),
        last_seen=max(before.last_seen, event.timestamp),
    )


def lines_of(text: str) -> list[str]:
    """The lines as `grep -n` counts them: a line feed ends one, and no other character does."""
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]


def text_delivery(text: str, log_group: str = "file", timestamp: int = 0) -> Delivery:
    """Raw log text as a delivery with one record for each line; ids are their numbers, from 1."""
    records = (
        LogRecord(log_group, "text", timestamp, str(number), line)
        for number, line in enumerate(lines_of(text), start=1)
    )
    return Delivery("text", tuple(records))


def events(text: str) -> Iterator[dict[str, Any]]:
    """The errors in a text, as `tracemend events` prints them; lines count from 1, inclusive."""
    for block in assemble(text_delivery(text).records):
        if held_back(block) is None:
            yield _event_row(block)


def _event_row(block: Block) -> dict[str, Any]:
    event = _without_context(read_trace(block))
    return {
        "fingerprint": fingerprint(event),
        "kind": event.kind,
        "language": event.language,
        "exception_type": event.exception_type,
        "message": event.message,
        "frames": [{**asdict(frame), "file": frame.file or None} for frame in event.frames],
        "level": event.level,
        "request_id": event.request_id,
        "service": event.service,
        "error_code": event.error_code,
        "first_line": int(block.records[0].id),
        "last_line": int(block.records[-1].id),
    }
