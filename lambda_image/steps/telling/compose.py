"""Compose what the channel is told of a problem: the answer, then what it rests on and what was not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambda_image.domain.action import Verb
from lambda_image.domain.card import ANYBODY, Audience, Card, Line, Part, Section, items, section, text, words
from lambda_image.domain.diagnosis import Confidence, Diagnosis, Fault
from lambda_image.domain.evidence import Change, Evidence, Gap, Revision, Span
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.languages import voice
from lambda_image.steps.answering.instructions import instructions
from lambda_image.steps.answering.quotes import cited, in_full, numbered, quoted, remembered, stated
from lambda_image.steps.cards import chatbot
from lambda_image.steps.cards.addresses import address
from lambda_image.steps.telling import subject
from lambda_image.steps.words import messages, storm_words
from lambda_image.steps.words.escape import links
from lambda_image.steps.words.ink import code, label, prose
from lambda_image.steps.words.length import cut, short

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

SAID_LIMIT, SUBJECT_LIMIT, GAP_LIMIT, WHY_LIMIT, HOW_LIMIT = 500, 200, 1_000, 150, 100
BUTTONS = (Verb.ANALYSE, Verb.ASK, Verb.MANAGER, Verb.MUTE, Verb.WRONG, Verb.WORKED)


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer is composed from, and in what words."""

    incident: Incident
    diagnosis: Diagnosis
    evidence: Evidence
    audience: Audience
    say: Voice
    allowed: Callable[[str], bool]

    def address(self, span: Span) -> str:
        """Where a citation leads."""
        return address(span, self.incident.event, self.evidence, self.audience.region)


def compose_answer(
    incident: Incident,
    diagnosis: Diagnosis,
    evidence: Evidence,
    audience: Audience = ANYBODY,
    *,
    can_repair: bool = True,
) -> Outcome:
    """The answer to an incident, nothing sent yet. Where nobody can repair, none is announced or wanted."""
    wanted = can_repair and repair_wanted(diagnosis, evidence)
    told = told_of(incident, diagnosis, evidence, audience)
    outcome = Outcome(
        fingerprint=incident.fingerprint,
        work_id=incident.work_id,
        task=Task.RESPOND,
        diagnosis=diagnosis,
        usage=diagnosis.usage,
        repair_wanted=wanted,
    )
    return with_card(outcome, _card(told, wanted=wanted, can_repair=can_repair), audience)


def told_of(incident: Incident, diagnosis: Diagnosis, evidence: Evidence, audience: Audience) -> Told:
    """What is told to this audience, and where its links may lead."""
    allowed = links(audience.hosts, _pages(diagnosis, evidence))
    return Told(incident, diagnosis, evidence, audience, voice(audience.language), allowed)


def with_card(outcome: Outcome, card: Card, audience: Audience) -> Outcome:
    """The outcome with its card, and the messages that it makes in the channel.

    Whatever a title and a lead were made of, code and quotes too, nothing in them leads anywhere.
    """
    card = replace(card, title=label(card.title), lead=label(card.lead))
    first, *more = chatbot.notifications(card, audience.client)
    return replace(outcome, card=card, notification=first, more=tuple(more))


def repair_wanted(diagnosis: Diagnosis, evidence: Evidence) -> bool:
    """Whether a patch may be tried: the fault is in code that we see, and not yet changed by the team."""
    known = diagnosis.confidence is not Confidence.NOT_KNOWN
    already = any(not change.deployed for change in evidence.changes)
    return known and diagnosis.fault is Fault.CODE and bool(evidence.excerpts) and not already


def _card(told: Told, *, wanted: bool, can_repair: bool) -> Card:
    incident, say, event = told.incident, told.say, told.incident.event
    sections = (
        _answer(told),
        cause(told, wanted=wanted),
        backing(told),
        instructions(say, told.diagnosis.steps, told.allowed),
        gaps(say, told.diagnosis.gaps),
        section(Part.EVIDENCE, say.say(messages.IN_FULL), text(*in_full(told.diagnosis.claims))),
        spent(say, told.diagnosis, told.audience),
    )
    return Card(
        id=f"{incident.work_id}-{Task.RESPOND}",
        fingerprint=incident.fingerprint,
        thread_id=incident.thread_id,
        event_type=f"tracemend.{Task.RESPOND}",
        language=told.audience.language,
        title=subject.title(say, event),
        lead=_lead(told),
        sections=tuple(each for each in sections if each.blocks),
        keywords=subject.keywords(event, told.diagnosis.fault),
        resources=subject.resources(event),
        actions=(*BUTTONS, *((Verb.REPAIR,) if can_repair and not wanted else ())),
    )


def _lead(told: Told) -> str:
    """Why, and since when: with the title all that a lock screen has room for."""
    claims, event = told.diagnosis.claims, told.incident.event
    news = (short(each.told, WHY_LIMIT) for each in claims if not subject.repeats(each.told, event))
    why = next(news, "") if claims else told.say.say(messages.CAUSE_NOT_KNOWN)
    seen = words(subject.glance(told.say, told.incident))
    return label(f"{why} \u00b7 {seen}" if why else seen)


def _answer(told: Told) -> Section:
    say = told.say
    seen = text(
        subject.seen(say, told.incident, told.audience.region), subject.returned(say, told.incident.history)
    )
    return section(Part.ANSWER, "", seen, *storm_words.listed(say, told.incident.members))


def cause(told: Told, *, wanted: bool = False) -> Section:
    """Why, and how sure that is; `wanted` where a repair was asked for."""
    diagnosis, say = told.diagnosis, told.say
    numbers = numbered(diagnosis.claims)
    why = tuple(stated(claim, numbers, told.address) for claim in diagnosis.claims)
    event = told.incident.event
    said = event.lines[-1] if event.lines else event.message
    unknown = (say.line(messages.NOT_KNOWN), code(cut(said, SAID_LIMIT)))
    known = told.evidence.remembered
    record = known.record if known else None
    judged = messages.judged(say, diagnosis.confidence, diagnosis.fault, len(diagnosis.dropped), record)
    repair = say.line(messages.REPAIR_COMES) if wanted else ()
    return section(Part.CAUSE, "", text(*(why or unknown), judged, repair))


def backing(told: Told) -> Section:
    """What the answer rests on: its citations, what is remembered, and the code that was read."""
    say, evidence = told.say, told.evidence
    lines = (*(changed(say, each) for each in evidence.changes[:1]), read_at(say, evidence.revision))
    proofs = quoted(say, told.diagnosis.claims, told.address)
    shown = cited(told.diagnosis.claims)
    earlier = (
        remembered(say, span, told.address(span))
        for span in evidence.spans
        if span.kind.told and span not in shown
    )
    return section(Part.EVIDENCE, say.say(messages.EVIDENCE), text(*proofs, *earlier, *lines))


def changed(say: Voice, change: Change) -> Line:
    """Who changed the failing line."""
    about = (code(change.commit[:12]), prose(change.author), change.timestamp)
    told_of = messages.touched if change.deployed else messages.not_deployed
    return told_of(say, *about, prose(cut(change.subject, SUBJECT_LIMIT)))


def read_at(say: Voice, revision: Revision | None) -> Line:
    """Which code was read."""
    if revision is None:
        return ()
    return messages.deployed(say, code(revision.commit[:12]), prose(short(say.say(revision.how), HOW_LIMIT)))


def _pages(diagnosis: Diagnosis, evidence: Evidence) -> frozenset[str]:
    cited = {span.url for span in diagnosis.steps if span.url}
    return frozenset(cited | {passage.url for passage in evidence.passages})


def gaps(say: Voice, found: tuple[Gap, ...]) -> Section:
    """What could not be checked, and how to grant it."""
    lines = (
        prose(
            cut(f"{say.say(gap.source)}: {_ended(say.say(gap.reason))} {_ended(say.say(gap.fix))}", GAP_LIMIT)
        )
        for gap in found
    )
    return section(Part.GAPS, say.say(messages.NOT_SEEN), items(*lines))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "\u3002")) else f"{sentence}."


def spent(say: Voice, of: Diagnosis | Outcome, audience: Audience) -> Section:
    """Time and price."""
    return section(Part.COST, "", text(messages.cost(say, of.usage, audience.prices)))
