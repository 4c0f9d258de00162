"""Compose what the thread of an incident is told of another problem that is part of it."""

from __future__ import annotations

from lambda_image.domain.card import ANYBODY, Audience, Card, Part, section, text, words
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.domain.storm import Joined
from lambda_image.languages import voice
from lambda_image.steps.telling import subject
from lambda_image.steps.telling.compose import with_card
from lambda_image.steps.telling.notice import UNDIAGNOSED
from lambda_image.steps.words import messages, storm_words
from lambda_image.steps.words.length import short

# How many of the newest problems the lead names, and in how many characters.
GLANCED, GLANCED_LIMIT = 4, 60


def compose_member(incident: Incident, joined: Joined, audience: Audience = ANYBODY) -> Outcome:
    """A short message; `members` are all that joined the same incident."""
    say = voice(audience.language)
    others = [each for each in incident.members if each.fingerprint != incident.fingerprint]
    why, count = storm_words.because(say, joined), storm_words.together(say, len(others) + 1)
    titles = dict.fromkeys(short(each.title, GLANCED_LIMIT) for each in incident.members)
    newest = " \u00b7 ".join([*titles][-GLANCED:])
    card = Card(
        id=f"{incident.work_id}-{Task.RESPOND}",
        fingerprint=incident.fingerprint,
        thread_id=joined.thread_id,
        event_type="tracemend.joined",
        language=audience.language,
        title=subject.title(say, incident.event, storm_words.ALSO_TITLE),
        lead=" \u00b7 ".join(filter(None, (words(count), newest, words(why)))),
        sections=(
            section(
                Part.ANSWER,
                "",
                text(
                    messages.sentences(subject.seen(say, incident, audience.region), why),
                    subject.returned(say, incident.history),
                    storm_words.apart(say, incident.fingerprint),
                ),
                *storm_words.listed(say, others),
            ),
        ),
        keywords=subject.keywords(incident.event),
        resources=subject.resources(incident.event),
    )
    outcome = Outcome(incident.fingerprint, incident.work_id, Task.RESPOND, UNDIAGNOSED)
    return with_card(outcome, card, audience)
