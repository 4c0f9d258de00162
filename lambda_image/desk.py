"""Once and only once: how a piece of work is claimed, remembered, published and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from lambda_image.domain.aftermath import Fix
from lambda_image.domain.card import ANYBODY, Audience
from lambda_image.domain.errors import TracemendError, WorkInProgress
from lambda_image.domain.incident import Incident, Task, TaskState, WorkClaim
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Outcome, Telling
from lambda_image.domain.severity import Severity, severity
from lambda_image.ports import Clock, Notifier, TraceStore, WorkLedger

# A lease outlives its invocation by this much, so its owner is dead before anyone else begins.
LEASE_MARGIN = 5.0
# Lambda's longest invocation, for callers without a deadline.
LONGEST_LEASE = 900.0


@dataclass(frozen=True, slots=True)
class Desk:
    """What every piece of work on an incident needs: the claim, the memory, the channel and its readers."""

    clock: Clock
    ledger: WorkLedger
    traces: TraceStore
    notifier: Notifier
    audience: Audience = ANYBODY

    @contextmanager
    def claimed(self, work: Incident | Digest, task: Task) -> Iterator[WorkClaim | None]:
        """The claim, or None when the work was done before; given back when the work fails.

        None too for a thread that is not the newest of its problem: the work belongs to that one's message.
        Raises WorkInProgress while another invocation holds it.
        """
        lease = min(self.clock.remaining(), LONGEST_LEASE) + LEASE_MARGIN
        claim = self.ledger.claim(work.fingerprint, task, lease)
        if claim.state is TaskState.BUSY:
            raise WorkInProgress(f"{task} of {work.fingerprint} is being done elsewhere")
        old = claim.thread_id not in ("", work.thread_id)
        if claim.state is TaskState.CLAIMED and old:
            self.ledger.release(claim)
        if claim.state is TaskState.DONE or old:
            yield None
            return
        try:
            yield claim
        except TracemendError:
            self.ledger.release(claim)
            raise

    def as_it_stands(self, incident: Incident, claim: WorkClaim) -> Incident:
        """The incident with what has come to it since it was queued. Raises TransientError."""
        members = self.ledger.storm(incident.fingerprint).members
        now = replace(incident, count=claim.count, last_seen=claim.last_seen, affected=claim.affected)
        return replace(now, members=members)

    def remembered(self, work: Incident | Digest | Fix, task: Task, decide: Callable[[], Outcome]) -> Outcome:
        """What was decided before a crash, else what is decided now, kept before anyone acts on it."""
        outcome = self.traces.load(work.work_id, task)
        if outcome is None:
            outcome = decide()
            self.traces.save(outcome)
        return outcome

    def publish(
        self, outcome: Outcome, claim: WorkClaim, log_group: str = "", problem: Incident | None = None
    ) -> None:
        """Publish each message, unless this very one is known to be out. Raises as `Notifier.publish`.

        Without a log group it is about many problems, which is worse than most.
        """
        bad = Severity.NORMAL if log_group else Severity.HIGH
        told = Telling(outcome, claim.delivered, log_group, severity=severity(problem) if problem else bad)
        self.notifier.publish(told)

    def publish_to(self, channel: str, outcome: Outcome, claim: WorkClaim) -> None:
        """The same, to this channel alone."""
        self.notifier.publish(Telling(outcome, claim.delivered, only=channel))

    def close(self, outcome: Outcome, claim: WorkClaim) -> None:
        """Nobody does this work again."""
        self.ledger.complete(claim, outcome.pull_request.url if outcome.pull_request else None)
