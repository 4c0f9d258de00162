"""The pull requests of a problem, one after the other: what the earlier mean for the next, and its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lambda_image.domain.aftermath import USUAL, Fix, WatchPolicy
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.incident import Incident
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import PullRequest
from lambda_image.observing import log
from lambda_image.ports import Clock, CodeHost, Fixes, Rollout
from lambda_image.steps.repairing.aftermath import as_hosted, occurrences
from lambda_image.steps.repairing.precedent import Precedent, barred


@dataclass(frozen=True, slots=True)
class Attempts:
    """Where pull requests are opened, and what is kept of each. Methods raise TransientError."""

    clock: Clock
    host: CodeHost
    fixes: Fixes
    rollout: Rollout | None = None
    policy: WatchPolicy = USUAL

    def decided(
        self, basis: Basis, diagnosed: Outcome, mend: Callable[[Basis], Outcome], *, final: bool
    ) -> Outcome:
        """What `mend` comes to, unless an earlier pull request stands against another one."""
        past = self._before(basis.incident, final=final)
        if last := past.bars(basis.incident):
            return barred(basis, diagnosed.diagnosis, last)
        return mend(replace(basis, before=past.before))

    def keep(self, incident: Incident, outcome: Outcome) -> None:
        """Note the pull request that came of a plan; it is followed from here on."""
        if outcome.plan is None or outcome.pull_request is None:
            return
        now = self.clock.now()
        before = outcome.basis.before if outcome.basis else None
        attempt = before.attempt + 1 if before else 1
        known = next((each for each in self.fixes.of(incident.fingerprint) if each.attempt == attempt), None)
        standing = self.fixes.incident(incident.fingerprint) or incident
        fix = known or Fix(
            fingerprint=incident.fingerprint,
            attempt=attempt,
            work_id=incident.work_id,
            log_group=incident.event.log_group,
            title=outcome.plan.title,
            pull=replace(outcome.pull_request, state="open"),
            opened_at=now,
            at=now,
            since=now,
            before=occurrences(standing),
        )
        fix = replace(fix, work_id=incident.work_id, title=outcome.plan.title)
        self.fixes.keep(as_hosted(fix, outcome.pull_request, now, self.policy))

    def _before(self, incident: Incident, *, final: bool) -> Precedent:
        """The earlier ones, the last as the code host has it now; its refusal is told when one is opened."""
        fixes, now = self.fixes.of(incident.fingerprint), self.clock.now()
        if not fixes:
            return Precedent()
        *earlier, last = fixes
        try:
            pull = self.host.state(last.pull)
        except (PermanentError, TransientError) as refused:
            if isinstance(refused, TransientError) and not final:
                raise
            return Precedent(fixes, now)
        found = as_hosted(last, pull, now, self.policy)
        if found != last:
            self.fixes.keep(found)
        merged = found.pull.state == "merged"
        undeployed = merged and runs(self.rollout, found.log_group, found.pull) is False
        return Precedent((*earlier, found), now, undeployed=undeployed)


def runs(rollout: Rollout | None, log_group: str, pull: PullRequest) -> bool | None:
    """Whether what runs behind a log group has this merged pull request; None where nothing tells."""
    if rollout is None or not pull.commit:
        return None
    try:
        running = rollout.running(log_group)
        return rollout.contains(running, pull.commit) if running else None
    except EvidenceUnavailable as unseen:
        log.warning("what runs could not be asked", **log.of(unseen))
        return None
