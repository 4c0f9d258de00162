"""What a look at a fix finds, by what the code host says, what runs, and what was counted since."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.domain.aftermath import DAY, Fate, Fix, WatchPolicy
from lambda_image.domain.incident import Incident
from lambda_image.domain.patch import PullRequest

SECOND = 1_000
# Seconds. What ran before a deployment takes its time to end, and its last lines to arrive. A fix that holds
# after less is counted as soon.
SETTLING = 600
# Seconds of counting before a fix is said not to hold: so long, one number says how bad it is.
FIRST_COUNT = 3_600
# Seconds that a merged pull request is given to be deployed.
PATIENCE = 30 * DAY
FATES = {"open": Fate.OPEN, "merged": Fate.MERGED, "closed": Fate.CLOSED}


@dataclass(frozen=True, slots=True)
class Look:
    """The time (ms since the epoch), the occurrences until now, and the policy.

    `runs` says whether what runs has the fix; None where nothing tells.
    """

    now: int
    occurrences: int
    policy: WatchPolicy
    runs: bool | None = None


def occurrences(incident: Incident) -> int:
    """Of its problem in all, those before it came back too."""
    return incident.count + (incident.history.count if incident.history else 0)


def as_hosted(fix: Fix, pull: PullRequest, now: int, policy: WatchPolicy) -> Fix:
    """The fix by what the code host says of its pull request."""
    if pull.state == fix.pull.state:
        return replace(fix, pull=pull, until=fix.until if now < fix.until else 0)
    at = pull.at or now
    found = replace(fix, pull=pull, fate=FATES[pull.state], at=at, until=0)
    if found.fate is Fate.CLOSED:
        return replace(found, until=at + int(policy.pause * SECOND))
    return replace(found, since=0, before=0) if found.fate is Fate.MERGED else found


def as_running(fix: Fix, look: Look) -> Fix:
    """A merged fix by what runs: deployed or not, and whether its problem was seen since."""
    if look.runs is False:
        late = look.now - fix.at > PATIENCE * SECOND
        return replace(fix, fate=Fate.UNKNOWN if late else fix.fate, deployed_at=0, since=0, before=0)
    if look.runs and not fix.deployed_at:
        return replace(fix, deployed_at=look.now, since=0, before=0)
    if not fix.since:
        settled = look.now >= fix.deployed_at + min(SETTLING, look.policy.held) * SECOND
        return replace(fix, since=look.now, before=look.occurrences) if settled else fix
    return _counted(fix, look)


def _counted(fix: Fix, look: Look) -> Fix:
    """It fires as soon as that is sure; that it held takes its time, as all does where nothing tells."""
    count, passed = look.occurrences - fix.before, (look.now - fix.since) / SECOND
    held = look.policy.held
    if count and passed >= (min(FIRST_COUNT, held) if fix.deployed_at else held):
        return replace(fix, fate=Fate.FIRING, at=look.now, count=count)
    if passed >= held:
        return replace(fix, fate=Fate.HELD, at=look.now)
    return fix


def comment_due(fix: Fix, total: int, now: int) -> bool:
    """Whether an open pull request is told that its problem was seen again: at most once a day."""
    return fix.fate is Fate.OPEN and total > fix.before and now >= fix.since + DAY * SECOND
