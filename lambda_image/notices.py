"""Messages that need no model, each told once: a spike in its thread, digests, the receipt of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from lambda_image.desk import Desk
from lambda_image.domain.card import Audience
from lambda_image.domain.errors import WorkInProgress
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Outcome
from lambda_image.domain.quiet import Morning
from lambda_image.ports import Digests, Keeping
from lambda_image.steps.telling.compose_member import compose_member
from lambda_image.steps.telling.notice import compose_digest, compose_morning, compose_spike
from lambda_image.steps.telling.receipt import compose_receipt

# Milliseconds. The schedule is kept to the minute, and by another clock.
EARLY = 60_000


def tell_spike(incident: Incident, desk: Desk) -> Outcome | None:
    """Tell of a spike; None when it was told. Its message follows from the incident, so none is remembered.

    Raises WorkInProgress and TransientError.
    """
    with desk.claimed(incident, Task.SPIKE) as claim:
        if claim is None or incident.spike is None:
            return None
        told = replace(incident, affected=claim.affected)
        outcome = compose_spike(told, incident.spike, desk.audience)
        desk.publish(outcome, claim, incident.event.log_group, incident)
        desk.close(outcome, claim)
        return outcome


def tell_member(incident: Incident, desk: Desk, *, final: bool = False) -> Outcome | None:
    """Tell the thread of the incident that a problem joined; None when it was told. No model is asked.

    Raises TransientError, and WorkInProgress until the first problem was answered, so that its card opens the
    thread; the last time that it is tried it is told all the same.
    """
    if incident.joined is None:
        return None
    storm = desk.ledger.storm(incident.joined.fingerprint)
    if not (storm.answered or final):
        raise WorkInProgress(f"{incident.joined.fingerprint} is not answered yet")
    with desk.claimed(incident, Task.RESPOND) as claim:
        if claim is None:
            return None
        told = replace(desk.as_it_stands(incident, claim), members=storm.members)
        outcome = compose_member(told, incident.joined, desk.audience)
        desk.publish(outcome, claim, incident.event.log_group, told)
        desk.close(outcome, claim)
        return outcome


def tell_digest(digest: Digest, desk: Desk, digests: Digests) -> Outcome | None:
    """Tell what was held back, or what a day brought; None when it was told.

    Raises TransientError, and WorkInProgress while the digest still runs or is being told elsewhere.
    """
    if desk.clock.now() < digest.closes:
        raise WorkInProgress(f"{digest.fingerprint} still runs")
    with desk.claimed(digest, Task.DIGEST) as claim:
        if claim is None:
            return None
        outcome = desk.remembered(digest, Task.DIGEST, lambda: _composed(digest, desk.audience, digests))
        desk.publish(outcome, claim)
        desk.close(outcome, claim)
        return outcome


def _composed(digest: Digest, audience: Audience, digests: Digests) -> Outcome:
    if not digest.daily:
        return compose_digest(digest, digests.held_back(digest), audience)
    day = datetime.fromtimestamp(digest.began / 1_000, UTC).date()
    return compose_receipt(digest, digests.tally(day), audience)


def tell_morning(morning: Morning, desk: Desk, keeping: Keeping) -> tuple[Outcome, ...]:
    """Tell a channel what was kept for it in its quiet hours, of earlier days too where that was not told.

    Raises as `tell_digest`.
    """
    channel = morning.quiet_is_over_for
    told = []
    for digest in keeping.waiting(channel):
        if digest.closes > desk.clock.now() + EARLY:
            continue
        with desk.claimed(digest, Task.DIGEST) as claim:
            if claim is not None:
                outcome = desk.remembered(digest, Task.DIGEST, partial(_morning, digest, desk, keeping))
                desk.publish_to(channel, outcome, claim)
                desk.close(outcome, claim)
                told.append(outcome)
        keeping.told(channel, digest)
    return tuple(told)


def _morning(digest: Digest, desk: Desk, keeping: Keeping) -> Outcome:
    return compose_morning(digest, keeping.kept(digest), desk.audience)
