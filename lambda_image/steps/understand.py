"""One delivery understood: what it adds to the ledger, and the rule for everything held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from lambda_image.domain.events import ErrorEvent, RedactedEvent
from lambda_image.domain.incident import Intake, Sighting
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.assemble import Block, Quiet, assemble_loud, nothing_known
from lambda_image.steps.detect import CONTROL_MESSAGE, NOT_AN_ERROR, held_back
from lambda_image.steps.fingerprint import decide, fingerprint
from lambda_image.steps.policy import IntakePolicy
from lambda_image.steps.quiet import quiet
from lambda_image.steps.read_trace import read_trace, with_context
from lambda_image.steps.redact import RULEBOOK, Rulebook
from lambda_image.steps.shorten import bytes_at_most, presentable

# The only line of an error is a part of what it is known by, unless it is longer.
SHORT_LINE = 10_000


def understand(delivery: Delivery, policy: IntakePolicy) -> Intake:
    """The delivery's errors by fingerprint, and how many raw records each rule held back.

    Raw records = the sum of `suppressed` + the sum of `records` over the sightings.
    """
    suppressed: Counter[str] = Counter()
    if delivery.control:
        suppressed[CONTROL_MESSAGE] += delivery.control
    sightings: dict[str, Sighting] = {}
    screen = nothing_known if policy.by_text else quiet
    for block in assemble_loud(delivery.records, screen):
        if isinstance(block, Quiet):
            suppressed[policy.refuses([block.first]) or NOT_AN_ERROR] += block.count
            continue
        rule = held_back(block, policy)
        if rule:
            suppressed[rule] += block.count
            continue
        read = read_trace(block)
        event = _told(read, policy.redaction)
        name = fingerprint(event, policy.rules)
        before = sightings.get(name)
        sightings[name] = _again(before, event) if before else _first(event, policy, read, block)
    return Intake(delivery.mark, tuple(sightings.values()), tuple(sorted(suppressed.items())))


def _told(event: ErrorEvent, rules: Rulebook = RULEBOOK) -> RedactedEvent:
    """What the fingerprint is made of. Most errors are repeats, and their lines would be most of the work."""
    short = len(event.lines) == 1 and len(event.lines[0]) <= SHORT_LINE
    return presentable(event if short else replace(event, lines=()), rules)


def _first(event: RedactedEvent, policy: IntakePolicy, read: ErrorEvent, block: Block) -> Sighting:
    decision, seen = decide(event, policy.rules), event.timestamp
    whole = cache(lambda: presentable(with_context(read, block), policy.redaction))
    size = bytes_at_most(read.lines)
    return Sighting(decision.fingerprint, 1, event.records, seen, seen, event, decision, whole, size)


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


def text_records(lines: Iterable[str], log_group: str = "file", timestamp: int = 0) -> Iterator[LogRecord]:
    """One record for each line; ids are their numbers, from 1."""
    for number, line in enumerate(lines, start=1):
        yield LogRecord(log_group, "text", timestamp, str(number), line)


def text_delivery(text: str, log_group: str = "file", timestamp: int = 0) -> Delivery:
    """Raw log text as a delivery with one record for each line."""
    return Delivery("text", tuple(text_records(lines_of(text), log_group, timestamp)))


def events(text: str) -> Iterator[dict[str, Any]]:
    """The errors in a text, as `events_of` finds them."""
    return events_of(lines_of(text))


def events_of(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The errors among these lines, as `tracemend events` prints them; lines count from 1, inclusive."""
    for block in assemble_loud(text_records(lines), quiet):
        if isinstance(block, Block) and held_back(block) is None:
            yield _event_row(block)


def _event_row(block: Block) -> dict[str, Any]:
    event = _told(read_trace(block))
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
