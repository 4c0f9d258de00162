"""The watch over our pull requests: each is looked at until its fix held or did not, and that is told once.

What was decided is kept before it is told, as everywhere; what is noted of a fix comes last, so that a crash
repeats the look, and the message's id and its receipt keep it from being told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.aftercare.attempts import runs
from lambda_image.desk import Desk
from lambda_image.domain.aftermath import USUAL, Fate, Fix, WatchPolicy
from lambda_image.domain.errors import TracemendError
from lambda_image.domain.incident import Incident, Task, WorkClaim
from lambda_image.observing import log
from lambda_image.ports import CodeHost, Fixes, Rollout
from lambda_image.steps.repairing.aftermath import Look, as_hosted, as_running, comment_due, occurrences
from lambda_image.steps.telling.compose_aftermath import TASKS, compose_aftermath
from lambda_image.steps.words.aftermath_words import seen_again

# Seconds that a look may take; without so much of the invocation left the rest waits for the next.
RESERVE = 10.0


@dataclass(frozen=True, slots=True)
class Watcher:
    """What looks, and what it looks at."""

    desk: Desk
    fixes: Fixes
    host: CodeHost
    rollout: Rollout | None = None
    policy: WatchPolicy = USUAL


@dataclass(frozen=True, slots=True)
class Watched:
    """How many problems were looked at, how many fates told, and how many looks failed."""

    looked: int = 0
    told: int = 0
    failed: int = 0


def watch(watcher: Watcher) -> Watched:
    """Look at each fix of which more may become. One that cannot be looked at waits for the next time."""
    looked = told = failed = 0
    for fingerprint in watcher.fixes.watched():
        if watcher.desk.clock.remaining() < RESERVE:
            break
        looked += 1
        try:
            told += _look_at(fingerprint, watcher)
        except TracemendError as error:
            failed += 1
            log.warning("a fix could not be looked at", fingerprint=fingerprint, **log.of(error))
    return Watched(looked, told, failed)


def _look_at(fingerprint: str, watcher: Watcher) -> int:
    """How much was told of this problem's fixes. Raises as the ports do, WorkInProgress too."""
    incident = watcher.fixes.incident(fingerprint)
    watched = [fix for fix in watcher.fixes.of(fingerprint) if fix.watched]
    if incident is None:
        for fix in watched:
            watcher.fixes.keep(replace(fix, fate=Fate.UNKNOWN, at=watcher.desk.clock.now()))
        return 0
    with watcher.desk.claimed(incident, Task.AFTERMATH) as claim:
        told = sum(_follow(fix, incident, claim, watcher) for fix in watched) if claim else 0
        if claim:
            watcher.desk.ledger.release(claim)
    return told


def _follow(fix: Fix, incident: Incident, claim: WorkClaim, watcher: Watcher) -> int:
    found = _found(fix, incident, watcher)
    if found.fate is not fix.fate and found.fate in TASKS:
        outcome = watcher.desk.remembered(
            fix,
            TASKS[found.fate],
            lambda: compose_aftermath(incident, found, watcher.policy, watcher.desk.audience),
        )
        watcher.desk.publish(outcome, claim, fix.log_group)
        watcher.fixes.keep(outcome.fix or found)
        return 1
    total, now = occurrences(incident), watcher.desk.clock.now()
    if comment_due(found, total, now):
        # Noted first: a comment that is lost costs less than one that is repeated.
        watcher.fixes.keep(replace(found, since=now, before=total))
        watcher.host.comment(found.pull, seen_again(found, total, incident.last_seen))
    elif found != fix:
        watcher.fixes.keep(found)
    return 0


def _found(fix: Fix, incident: Incident, watcher: Watcher) -> Fix:
    now = watcher.desk.clock.now()
    if fix.fate is not Fate.MERGED:
        return as_hosted(fix, watcher.host.state(fix.pull), now, watcher.policy)
    running = runs(watcher.rollout, fix.log_group, fix.pull)
    return as_running(fix, Look(now, occurrences(incident), watcher.policy, running))
