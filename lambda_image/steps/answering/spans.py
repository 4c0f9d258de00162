"""Evidence cut into numbered spans: log lines L1, runbook sentences and steps P1.1, code lines C1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Passage, SourceExcerpt, Span, SpanKind
from lambda_image.steps.answering.markdown import parts

LOG_LINES = 24
CONTEXT_LINES = 8
PASSAGE_SPANS = 40


def number_spans(
    event: RedactedEvent, passages: Sequence[Passage], excerpts: Sequence[SourceExcerpt]
) -> tuple[Span, ...]:
    """All spans that a claim about this event may cite; each text is byte-identical to its source."""
    return (*log_spans(event), *passage_spans(passages), *code_spans(excerpts))


def log_spans(event: RedactedEvent, limit: int = LOG_LINES) -> tuple[Span, ...]:
    """The lines before the error and the error's own, at most `limit`: the decisive ones, in order."""
    lines = [line for line in (*event.context[-CONTEXT_LINES:], *event.lines) if _says_something(line)]
    first_own = len([line for line in event.context[-CONTEXT_LINES:] if _says_something(line)])
    by_weight = sorted(range(len(lines)), key=lambda at: (-_weight(event, lines, at, first_own), -at))
    return tuple(
        Span(f"L{number}", SpanKind.LOG, lines[at], event.log_stream)
        for number, at in enumerate(sorted(by_weight[:limit]), start=1)
    )


def _says_something(line: str) -> bool:
    """False for blank lines and for Python's caret markers, which small models copy into answers."""
    return bool(line.strip(" \t~^"))


def _weight(event: RedactedEvent, lines: Sequence[str], at: int, first_own: int) -> int:
    line = lines[at]
    weight = 0
    if at == len(lines) - 1 or at == first_own:
        weight += 4
    if event.exception_type and event.exception_type in line:
        weight += 4
    if event.message and event.message[:80] in line:
        weight += 4
    if any(frame.line and frame.file in line and str(frame.line) in line for frame in event.frames[-2:]):
        weight += 3
    if line.lstrip().startswith("Caused by"):
        weight += 3
    return weight + (1 if at >= first_own else 0)


def passage_spans(passages: Sequence[Passage]) -> tuple[Span, ...]:
    """The sentences, list items and commands of each passage, numbered P<passage>.<part>."""
    return tuple(span for number, passage in enumerate(passages, 1) for span in _of_passage(number, passage))


def _of_passage(number: int, passage: Passage) -> Iterator[Span]:
    for part_number, part in enumerate(parts(passage.text, passage.title), start=1):
        if part_number > PASSAGE_SPANS:
            return
        yield Span(
            id=f"P{number}.{part_number}",
            kind=SpanKind.PASSAGE,
            text=part.text,
            source=passage.title,
            url=passage.url or None,
            step=part.step,
            command=part.command,
        )


def code_spans(excerpts: Sequence[SourceExcerpt]) -> tuple[Span, ...]:
    """The lines of the excerpts with their numbers in the file; blank lines are no evidence."""
    lines = [
        (excerpt.file, excerpt.start + offset, line)
        for excerpt in excerpts
        for offset, line in enumerate(excerpt.text.split("\n"))
        if line.strip()
    ]
    return tuple(
        Span(f"C{number}", SpanKind.CODE, text, file, line=line)
        for number, (file, line, text) in enumerate(lines, start=1)
    )
