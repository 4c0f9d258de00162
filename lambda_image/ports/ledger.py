"""What the ledger keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from lambda_image.domain.action import Noted, Request
    from lambda_image.domain.aftermath import Fix
    from lambda_image.domain.identity import Decision, Sayings
    from lambda_image.domain.incident import Incident, Intake, Problem, Tally, Task, WorkClaim
    from lambda_image.domain.lessons import Lesson, Remembered, Subject
    from lambda_image.domain.noise import Digest, HeldBack
    from lambda_image.domain.quiet import KeptMessage, KeptMessages
    from lambda_image.domain.storm import Storm


class Ledger(Protocol):
    """One item per fingerprint; every write is conditional, so any number of writers may race."""

    def observe(self, intake: Intake) -> tuple[Incident | Digest, ...]:
        """Count one delivery, once however often it comes, and return what it gives to tell.

        That is the incidents it opened, the spikes it made, and the digest it began. A redelivery returns the
        same as long as nobody has claimed it, so a crash between this call and the queue loses nothing.
        Raises TransientError.
        """

    def claim(self, fingerprint: str, task: Task, lease_seconds: float) -> WorkClaim:
        """Ask for the right to do a task. A lease that ran out is given to the next who asks."""

    def complete(self, claim: WorkClaim, pull_request_url: str | None = None) -> None:
        """Close the task for good; it is never handed out again while the incident is open."""

    def release(self, claim: WorkClaim) -> None:
        """Give the task back after a failure that may be tried again."""


class Storms(Protocol):
    """Which problems are one incident, as far as `observe` could tell."""

    def storm(self, fingerprint: str) -> Storm:
        """What the incident that this problem began has become. Raises TransientError."""


class WorkLedger(Ledger, Storms, Protocol):
    """The ledger for those who answer."""


class Identities(Protocol):
    """What was decided of fingerprints, for good; any number may write. All raise TransientError."""

    def decided(self, names: Collection[str]) -> dict[str, Decision]:
        """The decisions for those of these names that have one; for a problem older than that "known"."""

    def sayings(self, place: str) -> Sayings:
        """What was learned of the messages of this place."""

    def keep(self, decisions: Mapping[str, Decision], learned: Sequence[Sayings]) -> bool:
        """Keep all, 100 at most, or nothing and False when one was decided or learned since it was read."""


class Receipts(Protocol):
    """Which messages are known to be out: the way back from the topic, and the notes of the other ways."""

    def confirm(self, fingerprint: str, notification_id: str) -> None:
        """Record that this message was delivered, any number of times. Raises TransientError."""


class LedgerReport(Protocol):
    """What the ledger tells people."""

    def tally(self, day: date | None = None) -> Tally:
        """What was counted, by rule: on one day in UTC, or in all the time that is remembered."""

    def problems(self) -> tuple[Problem, ...]:
        """All problems that are remembered, the last seen first."""

    def delivered(self, fingerprint: str) -> frozenset[str]:
        """Ids of the notifications of a problem that the topic delivered; empty for an unknown one."""


class Digests(LedgerReport, Protocol):
    """What the digests and the receipts of days have to tell."""

    def held_back(self, digest: Digest) -> HeldBack:
        """What was held back while this digest ran."""


class Keeping(Protocol):
    """What channels hear of when their quiet hours are over."""

    def keep(self, channel: str, digest: Digest, message: KeptMessage) -> None:
        """Put it into this digest, once by its id. From then on the digest can be claimed, and waits."""

    def waiting(self, channel: str) -> tuple[Digest, ...]:
        """The digests of this channel that were not told, the oldest first."""

    def kept(self, digest: Digest) -> KeptMessages:
        """What is in it."""

    def told(self, channel: str, digest: Digest) -> None:
        """It waits no longer."""


class Mutes(Protocol):
    """Problems that nobody wants to hear of for a while."""

    def mute(self, fingerprint: str, until: int, reason: str, by: str = "") -> str:
        """Count its records as muted until that time (ms since the epoch), and tell nothing.

        A later call takes the place of an earlier one. Returns the problem that is muted: one that is merged
        is counted as another, and that is muted; empty for a problem that is not known.
        """

    def unmute(self, fingerprint: str) -> bool:
        """End it now, of what it is counted as. False for a problem that is not muted."""


class Merges(Protocol):
    """Problems that people say are one. Both raise TransientError."""

    def merge(self, fingerprint: str, into: str, by: str = "") -> bool:
        """Count the one as the other from now on.

        False unless both are known and different, the first was answered, and the other is not part of it.
        """

    def split(self, fingerprint: str) -> bool:
        """Count it by itself again from now on, or take it out of the incident that it joined.

        From then on it joins that one no more, and is told by itself when it is seen again. False for one
        that neither is merged nor joined another.
        """


class OperatorsLedger(LedgerReport, Mutes, Merges, Protocol):
    """The ledger for those who run a deployment."""


class Actions(Protocol):
    """What people asked for in the channel, each request once; writes are conditional, as everywhere."""

    def note(self, request: Request) -> Noted:
        """Keep who asked for what; BEFORE where that was done, UNKNOWN where its thread is not the newest."""

    def withdraw(self, request: Request) -> None:
        """It could not be done and may be asked again."""

    def reopen(self, fingerprint: str) -> Incident | None:
        """The incident, to be answered and repaired anew in its thread; None while it is being answered.

        One that waits for its answer is returned as it is: who asked before may have failed to queue it.
        """

    def unrepaired(self, fingerprint: str) -> Incident | None:
        """The incident, if it was answered and nobody has begun to repair it."""


class Fixes(Protocol):
    """What became of our pull requests. Methods raise TransientError."""

    def watched(self) -> tuple[str, ...]:
        """The fingerprints of the problems of whose fix more may become."""

    def of(self, fingerprint: str) -> tuple[Fix, ...]:
        """The fixes of a problem, one for each attempt, oldest first."""

    def keep(self, fix: Fix) -> None:
        """Keep it in place of what was kept of this attempt."""

    def incident(self, fingerprint: str) -> Incident | None:
        """The problem as it stands now, in its newest thread; None for one that is forgotten."""


class Memory(Protocol):
    """How answers were judged, by problem and by kind. Both raise TransientError."""

    def recall(self, subject: Subject) -> Remembered:
        """What is remembered, in one read however much that is."""

    def learn(self, subject: Subject, lesson: Lesson) -> None:
        """Remember it under both names; a second verdict on the same answer takes the place of the first."""
