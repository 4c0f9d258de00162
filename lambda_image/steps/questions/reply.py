"""The answer to a question, composed of what is stored of a problem and of nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lambda_image.domain.card import Block, Card, Part, Section, section, text, words
from lambda_image.domain.diagnosis import Diagnosis
from lambda_image.domain.evidence import SourceExcerpt
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Outcome
from lambda_image.steps.answering.instructions import instructions
from lambda_image.steps.answering.quotes import cited, quoted
from lambda_image.steps.cards.addresses import code_address
from lambda_image.steps.questions.topic import Topic
from lambda_image.steps.telling import subject
from lambda_image.steps.telling.compose import Told, backing, cause, changed, gaps, read_at, spent
from lambda_image.steps.words import hit_words, messages
from lambda_image.steps.words.ink import code, label, listing

# Of the code so many excerpts, and lines of each: a thread is no editor.
EXCERPTS, LINES = 3, 40


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a problem: its answer, its repair, and what a model says now, as far as it holds.

    `now` is how the problem stands, with all that was counted since its answer.
    """

    told: Told
    now: Incident
    repair: Outcome | None = None
    said: Diagnosis | None = None


def reply(question: str, topic: Topic, stored: Stored) -> Card:
    """A card for the thread of the problem."""
    told, incident = stored.told, stored.told.incident
    sections = tuple(each for each in _SECTIONS[topic](stored) if each.blocks)
    first = next(line for each in sections for block in each.blocks for line in block.lines)
    asked = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Card(
        id=f"{incident.work_id}-question-{asked}",
        fingerprint=incident.fingerprint,
        thread_id=incident.thread_id,
        event_type="tracemend.question",
        language=told.audience.language,
        title=subject.title(told.say, incident.event),
        lead=label(words(first)),
        sections=sections,
        resources=subject.resources(incident.event),
    )


def _why(stored: Stored) -> tuple[Section, ...]:
    told = stored.told
    return cause(told), backing(told), gaps(told.say, told.diagnosis.gaps)


def _code(stored: Stored) -> tuple[Section, ...]:
    told, say = stored.told, stored.told.say
    names = {span.source for span in cited(told.diagnosis.claims)}
    excerpts = sorted(told.evidence.excerpts, key=lambda each: each.file not in names)[:EXCERPTS]
    if not excerpts:
        return (_unknown(stored, messages.NO_CODE), gaps(say, told.diagnosis.gaps))
    blocks = [block for each in excerpts for block in _excerpt(told, each)]
    return (
        section(Part.EVIDENCE, say.say(messages.CODE_READ), *blocks),
        section(Part.EVIDENCE, "", text(read_at(say, told.evidence.revision))),
        _repair(stored),
    )


def _excerpt(told: Told, excerpt: SourceExcerpt) -> Iterator[Block]:
    lines = excerpt.text.split("\n")[:LINES]
    place = f"{excerpt.file}:{excerpt.start}-{excerpt.start + len(lines) - 1}"
    yield text(code(place, code_address(told.evidence, excerpt.file, excerpt.start)))
    yield from listing("\n".join(f"{at:5} {line}" for at, line in enumerate(lines, start=excerpt.start)))


def _changed(stored: Stored) -> tuple[Section, ...]:
    told, say = stored.told, stored.told.say
    lines = [changed(say, each) for each in told.evidence.changes]
    if not lines:
        lines = [say.line(messages.NO_CHANGES)]
    return (
        section(Part.ANSWER, "", text(*lines, read_at(say, told.evidence.revision))),
        _repair(stored),
        gaps(say, told.diagnosis.gaps if not told.evidence.changes else ()),
    )


def _steps(stored: Stored) -> tuple[Section, ...]:
    told = stored.told
    steps = instructions(told.say, told.diagnosis.steps, told.allowed)
    if steps.blocks:
        return steps, _repair(stored)
    return _unknown(stored, messages.NO_STEPS), _repair(stored), gaps(told.say, told.diagnosis.gaps)


def _whom(stored: Stored) -> tuple[Section, ...]:
    say = stored.told.say
    hit = hit_words.hit(say, stored.now.affected) or say.line(messages.NOBODY_NAMED)
    return section(Part.ANSWER, "", text(hit)), *_since(stored)


def _since(stored: Stored) -> tuple[Section, ...]:
    say, now = stored.told.say, stored.now
    past = now.history
    back = messages.returned(say, past.silence, past.count, past.first_seen, ()) if past else ()
    return (section(Part.ANSWER, "", text(subject.seen(say, now, stored.told.audience.region), back)),)


def _manager(stored: Stored) -> tuple[Section, ...]:
    """In the model's plain words where the evidence holds some, else in those of the answer."""
    told, say = stored.told, stored.told.say
    plain = replace(told, diagnosis=stored.said) if stored.said and stored.said.claims else told
    return (
        *_since(stored),
        _claims(plain),
        instructions(say, told.diagnosis.steps, told.allowed),
        _repair(stored),
        *((spent(say, stored.said, told.audience),) if stored.said else ()),
    )


def _free(stored: Stored) -> tuple[Section, ...]:
    told, said = stored.told, stored.said
    if said is None or not said.claims:
        unknown = _unknown(stored, messages.NOT_STORED, messages.MAY_ASK)
        return (unknown, gaps(told.say, said.gaps if said else ()))
    return (_claims(replace(told, diagnosis=said)), spent(told.say, said, told.audience))


def _claims(told: Told) -> Section:
    """Statements with their citations, and these below them."""
    if not told.diagnosis.claims:
        return cause(told)
    stated = cause(told).blocks[0].lines[: len(told.diagnosis.claims)]
    proofs = quoted(told.say, told.diagnosis.claims, told.address)
    return section(Part.CAUSE, "", text(*stated), text(*proofs))


def _repair(stored: Stored) -> Section:
    """What its thread was told of the repair."""
    card = stored.repair.card if stored.repair else None
    return (card and card.part(Part.CHANGE)) or section(Part.CHANGE, "")


def _unknown(stored: Stored, *sentences: str) -> Section:
    return section(Part.ANSWER, "", text(*(stored.told.say.line(each) for each in sentences)))


_SECTIONS = {
    Topic.WHY: _why,
    Topic.CODE: _code,
    Topic.CHANGED: _changed,
    Topic.STEPS: _steps,
    Topic.WHOM: _whom,
    Topic.SINCE: _since,
    Topic.MANAGER: _manager,
    Topic.FREE: _free,
}
