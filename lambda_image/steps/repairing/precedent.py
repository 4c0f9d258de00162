"""What an earlier pull request for a problem means for another one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.diagnosis import Diagnosis
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.notification import Basis, Outcome


@dataclass(frozen=True, slots=True)
class Precedent:
    """The fixes of a problem, the last by what its code host says now, at `now` in ms since the epoch.

    `undeployed` is whether it is known that what runs has not the last of them, which was merged.
    """

    fixes: tuple[Fix, ...] = ()
    now: int = 0
    undeployed: bool = False

    @property
    def last(self) -> Fix | None:
        """The newest, if there is one."""
        return self.fixes[-1] if self.fixes else None

    def bars(self, incident: Incident) -> Fix | None:
        """The fix because of which no other is tried now.

        An open pull request is made anew only where people asked for another answer.
        """
        if self.last is None:
            return None
        barred = {
            "open": incident.round == 0,
            "closed": self.now < self.last.until,
            "merged": self.undeployed,
        }
        return self.last if barred[self.last.pull.state] else None

    @property
    def before(self) -> Fix | None:
        """The fix before the one to be made: an open one is made anew, and is no other."""
        done = self.fixes[:-1] if self.last and self.last.pull.state == "open" else self.fixes
        return done[-1] if done else None


def barred(basis: Basis, diagnosis: Diagnosis, fix: Fix) -> Outcome:
    """The outcome of a repair that is not tried because of an earlier pull request."""
    return Outcome(
        fingerprint=basis.incident.fingerprint,
        work_id=basis.incident.work_id,
        task=Task.REPAIR,
        diagnosis=diagnosis,
        pull_request=replace(fix.pull, action="left"),
        basis=basis,
        fix=fix,
    )
