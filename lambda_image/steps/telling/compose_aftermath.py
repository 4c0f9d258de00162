"""Compose what the thread is told of a fix after its pull request was opened: merged, held, still firing."""

from __future__ import annotations

from lambda_image.domain.aftermath import Fate, Fix, WatchPolicy
from lambda_image.domain.card import Audience, Card, Part, section, text, words
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Outcome
from lambda_image.languages import voice
from lambda_image.steps.telling import subject
from lambda_image.steps.telling.compose import BUTTONS, with_card
from lambda_image.steps.telling.notice import UNDIAGNOSED
from lambda_image.steps.words import aftermath_words as told

TASKS = {Fate.MERGED: Task.MERGED, Fate.HELD: Task.AFTERMATH, Fate.FIRING: Task.AFTERMATH}
TITLES = {Fate.MERGED: told.MERGED_TITLE, Fate.HELD: told.HELD_TITLE, Fate.FIRING: told.FIRING_TITLE}
TYPES = {Fate.MERGED: "merged", Fate.HELD: "fixed", Fate.FIRING: "still_firing"}


def compose_aftermath(incident: Incident, fix: Fix, policy: WatchPolicy, audience: Audience) -> Outcome:
    """A message in the newest thread of the problem; kept beside the traces of the repair."""
    say, task = voice(audience.language), TASKS[fix.fate]
    if fix.fate is Fate.MERGED:
        line = told.merged(say, fix, int(policy.held * 1_000))
    elif fix.fate is Fate.HELD:
        line = told.held(say, fix, incident.last_seen)
    else:
        line = told.firing(say, fix)
    card = Card(
        id=f"{fix.work_id}-{task}",
        fingerprint=fix.fingerprint,
        thread_id=incident.thread_id,
        event_type=f"tracemend.{TYPES[fix.fate]}",
        language=audience.language,
        title=subject.title(say, incident.event, _title(fix)),
        lead=words(line),
        sections=(section(Part.ANSWER, "", text(line)),),
        resources=subject.resources(incident.event),
        # What does not hold may be tried again.
        actions=BUTTONS if fix.fate is Fate.FIRING else (),
    )
    outcome = Outcome(fix.fingerprint, fix.work_id, task, UNDIAGNOSED, fix=fix)
    return with_card(outcome, card, audience)


def _title(fix: Fix) -> str:
    """Silence alone is no proof that the fix runs."""
    quiet = fix.fate is Fate.HELD and not fix.deployed_at
    return told.QUIET_TITLE if quiet else TITLES[fix.fate]
