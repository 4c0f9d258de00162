"""One delivery understood: what it adds to the ledger, and the rule for everything held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from lambda_image.domain.events import ErrorEvent, Frame, RedactedEvent
from lambda_image.domain.identity import Decision
from lambda_image.domain.incident import Intake, Occurrence, Sighting
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.domain.storm import Release
from lambda_image.steps.reading.assemble import Again, Block, Quiet, assemble_loud, nothing_known
from lambda_image.steps.reading.detect import CONTROL_MESSAGE, NOT_AN_ERROR, held_back
from lambda_image.steps.reading.fingerprint import decide, fingerprint, identity, named
from lambda_image.steps.reading.known import learn, recall, screen
from lambda_image.steps.reading.memory import Memory
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.read_trace import read_trace, with_context
from lambda_image.steps.reading.release import release_of
from lambda_image.steps.reading.shorten import bytes_at_most, presentable
from lambda_image.steps.reading.whom import LOOKED_AT, whom
from lambda_image.steps.redact import RULEBOOK, Rulebook

# The only line of an error is a part of what it is known by, unless it is longer.
SHORT_LINE = 10_000


class _Problem:
    """One problem in a delivery: how often it was seen, and its first occurrence, read when somebody asks."""

    __slots__ = ("block", "decision", "occurrences", "rules", "said", "told", "whole")

    def __init__(self, decision: Decision, block: Block, rules: Rulebook, told: RedactedEvent | None) -> None:
        self.decision = decision
        self.block = block
        self.rules = rules
        self.told = told
        self.whole: RedactedEvent | None = None
        self.occurrences: list[Occurrence] = []
        self.said: list[str] = []

    def add(self, said: str, occurrence: Occurrence) -> None:
        """One more occurrence, and what it said first."""
        self.occurrences.append(occurrence)
        if len(self.said) < LOOKED_AT:
            self.said.append(said)

    def tell(self) -> RedactedEvent:
        """What the problem is known by."""
        if self.told is None:
            self.told = _told(read_trace(self.block), self.rules)
        return self.told

    def present(self) -> RedactedEvent:
        """All of the first occurrence, with the lines before it."""
        if self.whole is None:
            self.whole = presentable(with_context(read_trace(self.block), self.block), self.rules)
        return self.whole

    def sighting(self) -> Sighting:
        """What is to be counted."""
        times = [each.timestamp for each in self.occurrences]
        return Sighting(
            fingerprint=self.decision.fingerprint,
            count=len(times),
            records=sum(each.records for each in self.occurrences),
            first_seen=min(times),
            last_seen=max(times),
            first=self.tell,
            decision=self.decision,
            whole=self.present,
            size=bytes_at_most(sum(map(len, self.block.lines))),
            redactions=self.told.redactions if self.told else 0,
            named=whom(self.said),
            occurrences=tuple(self.occurrences),
        )


class _Problems:
    """The problems of one delivery by fingerprint, in the order in which they were met."""

    def __init__(self, policy: IntakePolicy) -> None:
        self._policy = policy
        self._met: dict[str, _Problem] = {}

    def again(self, run: Again) -> None:
        """Errors that were known before they were looked at."""
        group = run.records[0].log_group
        for at, known in run.errors.items():
            decision, record = named(group, known), run.records[at]
            problem = self._met.get(decision.fingerprint) or self._begin(decision, run.block(at))
            problem.add(record.message, Occurrence((record.id,), 1, record.timestamp))

    def error(self, block: Block) -> None:
        """An error that is looked at, unless there is one to which it is as good as equal."""
        first, learns, told = block.records[0], self._policy.learns, None
        known = recall(self._policy.memory, block) if learns else None
        if known:
            decision = named(first.log_group, known)
        else:
            read = read_trace(block)
            told = _told(read, self._policy.redaction)
            decision = decide(told, self._policy.rules)
            if learns:
                learn(self._policy.memory, block, read, identity(told))
        problem = self._met.get(decision.fingerprint) or self._begin(decision, block, told)
        ids = tuple(each.id for each in block.records)
        problem.add(first.message, Occurrence(ids, block.count, first.timestamp))

    def _begin(self, decision: Decision, block: Block, told: RedactedEvent | None = None) -> _Problem:
        problem = _Problem(decision, block, self._policy.redaction, told)
        self._met[decision.fingerprint] = problem
        return problem

    def sightings(self) -> tuple[Sighting, ...]:
        """What is to be counted."""
        return tuple(each.sighting() for each in self._met.values())


def understand(delivery: Delivery, policy: IntakePolicy) -> Intake:
    """The delivery's errors by fingerprint, and how many raw records each rule held back.

    Raw records = the sum of `suppressed` + the sum of `records` over the sightings.
    """
    suppressed: Counter[str] = Counter()
    if delivery.control:
        suppressed[CONTROL_MESSAGE] += delivery.control
    problems = _Problems(policy)
    for each in assemble_loud(delivery.records, nothing_known if policy.by_text else screen(policy.memory)):
        if isinstance(each, Quiet):
            suppressed[policy.refuses([each.first]) or NOT_AN_ERROR] += each.count
        elif isinstance(each, Again):
            if rule := policy.refuses(each.records[:1]):
                suppressed[rule] += len(each.errors)
            else:
                problems.again(each)
        elif rule := held_back(each, policy):
            suppressed[rule] += each.count
        else:
            problems.error(each)
    rules = tuple(sorted(suppressed.items()))
    return Intake(delivery.mark, problems.sightings(), rules, delivery.stream, _release(delivery))


def _release(delivery: Delivery) -> Release | None:
    """What wrote the log events; messages of other kinds come from no stream."""
    if not delivery.stream or not delivery.records:
        return None
    first = delivery.records[0]
    return release_of(first.log_group, first.log_stream)


def _told(event: ErrorEvent, rules: Rulebook = RULEBOOK) -> RedactedEvent:
    """What the fingerprint is made of. Most errors are repeats, and their lines would be most of the work."""
    short = len(event.lines) == 1 and len(event.lines[0]) <= SHORT_LINE
    return presentable(event if short else replace(event, lines=()), rules)


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
    for block in assemble_loud(text_records(lines), screen(Memory())):
        if isinstance(block, Block) and held_back(block) is None:
            yield _event_row(block)


def _frame_row(frame: Frame) -> dict[str, Any]:
    return {
        "file": frame.file or None,
        "line": frame.line,
        "function": frame.function,
        "in_app": frame.in_app,
    }


def _event_row(block: Block) -> dict[str, Any]:
    event = _told(read_trace(block))
    raised = (frame for frame in reversed(event.frames) if frame.raised)
    return {
        "fingerprint": fingerprint(event),
        "kind": event.kind,
        "language": event.language,
        "exception_type": event.exception_type,
        "message": event.message,
        "frames": [_frame_row(frame) for frame in event.frames if not frame.raised],
        "raised_at": next(({"file": each.file, "line": each.line} for each in raised), None),
        "level": event.level,
        "request_id": event.request_id,
        "service": event.service,
        "error_code": event.error_code,
        "first_line": int(block.records[0].id),
        "last_line": int(block.records[-1].id),
    }
