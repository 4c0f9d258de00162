"""Compose what is told without a model: a known problem that spikes, what was held back, what was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_image.domain.action import Verb
from lambda_image.domain.card import (
    ANYBODY,
    Audience,
    Block,
    Card,
    Line,
    Part,
    Run,
    items,
    section,
    text,
    words,
)
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.evidence import Evidence
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest, HeldBack, HeldProblem, Spike
from lambda_image.domain.notification import Outcome
from lambda_image.domain.quiet import KeptMessage, KeptMessages
from lambda_image.domain.severity import Severity
from lambda_image.languages import voice
from lambda_image.steps.answering.check import check
from lambda_image.steps.telling import subject
from lambda_image.steps.telling.compose import with_card
from lambda_image.steps.words import channel_words, hit_words, messages
from lambda_image.steps.words.ink import code, label
from lambda_image.steps.words.length import cut, short

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

# How many of the largest problems a digest names.
NAMED = 10
NAME_LIMIT = 160
# And its lead.
GLANCED, GLANCED_LIMIT = 3, 60
# No model was asked.
UNDIAGNOSED = check(DiagnosisDraft((), Fault.UNKNOWN, (), ()), Evidence((), (), (), (), ()))


def compose_spike(incident: Incident, spike: Spike, audience: Audience = ANYBODY) -> Outcome:
    """A message in the thread of a known problem; the id is that of the spike."""
    event, say = incident.event, voice(audience.language)
    risen = messages.spiking(say, spike.at, spike.count, spike.usual)
    told = messages.sentences(risen, hit_words.hit(say, incident.affected))
    card = Card(
        id=f"{incident.thread_id}-spike-{spike.at}",
        fingerprint=incident.fingerprint,
        thread_id=incident.told_in,
        event_type=f"tracemend.{Task.SPIKE}",
        language=audience.language,
        title=subject.title(say, event, messages.SPIKE_TITLE),
        lead=words(told),
        sections=(section(Part.ANSWER, "", text(told)),),
        resources=subject.resources(event),
        # Buttons are of the thread's own problem.
        actions=() if incident.joined else (Verb.MUTE,),
    )
    outcome = Outcome(incident.fingerprint, incident.thread_id, Task.SPIKE, UNDIAGNOSED)
    return with_card(outcome, card, audience)


def compose_digest(digest: Digest, held: HeldBack, audience: Audience = ANYBODY) -> Outcome:
    """How much was held back, and the largest of it by name."""
    say = voice(audience.language)
    named = held.top[:NAMED]
    more = held.problems - len(named)
    told = messages.held_back(say, held.problems, held.records, (digest.began, digest.closes))
    largest = items(*(_named(say, each) for each in named))
    beside = text(messages.more_held_back(say, more) if more > 0 else ())
    title = messages.new_problems(say, held.problems)
    return _digest(
        digest, audience, (title, _lead(say, held)), told, (messages.LARGEST_HELD_BACK, largest, beside)
    )


def compose_morning(digest: Digest, kept: KeptMessages, audience: Audience) -> Outcome:
    """What came while a channel had quiet hours, the worst problems by name."""
    say, order = voice(audience.language), list(Severity)
    ranked = sorted(kept.named, key=lambda each: (-order.index(Severity(each.severity)), each.title, each.id))
    problems = tuple({each.fingerprint: each for each in reversed(ranked)}.values())[::-1]
    count, more = len(kept.named) + kept.more, len(problems[NAMED:]) + kept.more
    told = channel_words.kept(say, count, (digest.began, digest.closes))
    worst = items(*(_kept(each) for each in problems[:NAMED]))
    beside = text(messages.more_held_back(say, more) if more > 0 else ())
    title = channel_words.while_quiet(say, count)
    return _digest(digest, audience, (title, words(told)), told, (channel_words.WORST_KEPT, worst, beside))


def _digest(
    digest: Digest, audience: Audience, head: tuple[str, str], told: Line, named: tuple[str, Block, Block]
) -> Outcome:
    title, lead = head
    heading, largest, beside = named
    sections = (
        section(Part.ANSWER, "", text(told)),
        section(Part.EVIDENCE, voice(audience.language).say(heading), largest, beside),
    )
    card = Card(
        id=f"{digest.thread_id}-{Task.DIGEST}",
        fingerprint=digest.fingerprint,
        thread_id=digest.thread_id,
        event_type=f"tracemend.{Task.DIGEST}",
        language=audience.language,
        title=title,
        lead=lead,
        sections=tuple(each for each in sections if each.blocks),
    )
    outcome = Outcome(digest.fingerprint, digest.thread_id, Task.DIGEST, UNDIAGNOSED)
    return with_card(outcome, card, audience)


def _lead(say: Voice, held: HeldBack) -> str:
    """How much, and what most of it is: all that a lock screen has room for."""
    names = " \u00b7 ".join(
        short(each.title or each.fingerprint, GLANCED_LIMIT) for each in held.top[:GLANCED]
    )
    largest = say.line(messages.HEADING, heading=say.say(messages.LARGEST_HELD_BACK))
    much = words(messages.log_records(say, held.records))
    return label(f"{much} \u00b7 {words(largest)} {names}" if names else much)


def _kept(message: KeptMessage) -> Line:
    return (*(code(cut(message.title, NAME_LIMIT)) or code(message.id)), Run(f" ({message.fingerprint})"))


def _named(say: Voice, problem: HeldProblem) -> Line:
    name = code(cut(problem.title, NAME_LIMIT)) or code(problem.fingerprint)
    return say.line(
        "{records}: {title} ({fingerprint})",
        records=messages.log_records(say, problem.records),
        title=name,
        fingerprint=problem.fingerprint,
    )
