"""What the steps need of the outside world: Protocols of one to four methods, here or in `teaching.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import date

    from lambda_image.domain.action import Noted, Request
    from lambda_image.domain.aftermath import Fix
    from lambda_image.domain.audit import ModelCall, PullRequestAction
    from lambda_image.domain.code import Part
    from lambda_image.domain.evidence import Change, KnowledgeQuery, Passage, Revision
    from lambda_image.domain.identity import Decision, Sayings
    from lambda_image.domain.incident import Incident, Intake, Problem, Tally, Task, WorkClaim
    from lambda_image.domain.noise import Digest, HeldBack
    from lambda_image.domain.notification import Outcome, Telling
    from lambda_image.domain.patch import Proof, PullRequest, PullRequestPlan, TestRun, VerifyRequest
    from lambda_image.domain.prompt import Answered, Prompt
    from lambda_image.domain.records import LogRecord

T = TypeVar("T")


class Clock(Protocol):
    """Time, and how much of it is left for this invocation."""

    def now(self) -> int:
        """Milliseconds since the epoch."""

    def remaining(self) -> float:
        """Seconds until the invocation's deadline; infinite on the command line."""


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


class Mutes(Protocol):
    """Problems that nobody wants to hear of for a while."""

    def mute(self, fingerprint: str, until: int, reason: str) -> bool:
        """Count its records as muted until that time (ms since the epoch), and tell nothing.

        A later call takes the place of an earlier one. False for a problem that is not known.
        """

    def unmute(self, fingerprint: str) -> bool:
        """End it now. False for a problem that is not muted."""


class Actions(Protocol):
    """What people asked for in the channel, each request once; writes are conditional, as everywhere."""

    def note(self, request: Request) -> Noted:
        """Keep who asked for what; BEFORE where that was done, UNKNOWN where its thread is not the newest."""

    def withdraw(self, request: Request) -> None:
        """It could not be done and may be asked again."""

    def reopen(self, fingerprint: str) -> Incident | None:
        """The incident, to be answered and repaired anew in its thread; None while it is being answered."""

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


class WorkQueue(Protocol):
    """A queue of work."""

    def send(self, work: Incident | Digest) -> None:
        """Put it in, a digest with its delay; raises TransientError."""


class Knowledge(Protocol):
    """The team's runbooks and wiki."""

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """Ranked passages, best first; empty when nothing fits. Raises EvidenceUnavailable."""


class Telemetry(Protocol):
    """What CloudWatch keeps beside the events that were delivered."""

    def neighbours(self, log_group: str, log_stream: str, timestamp: int) -> tuple[LogRecord, ...]:
        """The nearest lines of this stream before and after a time in milliseconds since the epoch, in order.

        Bounded in time, events and bytes; ids are unique within the answer. Raises EvidenceUnavailable.
        """


class SourceCode(Protocol):
    """The team's repositories, read at the deployed commit."""

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """The repository and the deployed commit behind a log group. Raises EvidenceUnavailable."""

    def files(self, revision: Revision) -> tuple[str, ...]:
        """All paths at that commit, sorted, with `/`."""

    def read(self, revision: Revision, path: str) -> bytes:
        """A file's bytes; raises EvidenceUnavailable when it is not there."""

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """Commits that last touched these lines (1-based, inclusive), undeployed ones too, newest first."""


class CodeSearch(Protocol):
    """The parts of a repository's files, found without reading them all."""

    def named(self, revision: Revision, names: Collection[str]) -> tuple[Part, ...]:
        """The functions and classes of these names, by path and line. Raises EvidenceUnavailable."""

    def about(self, revision: Revision, words: Sequence[str], limit: int) -> tuple[tuple[Part, float], ...]:
        """Parts that hold some of these words (lower case), the best first, with scores above 0."""


class SourceArchive(Protocol):
    """A whole tree, for the sandbox."""

    def archive(self, revision: Revision) -> bytes:
        """The tree at that commit as an uncompressed tar. Raises EvidenceUnavailable."""

    def runnable(self, revision: Revision) -> frozenset[str]:
        """The paths of files that may be run (git's mode 100755)."""


class Tree(SourceCode, SourceArchive, Protocol):
    """The code to read, and how it lies there; what an edit needs."""


class Repository(Tree, CodeSearch, Protocol):
    """What a repair works on: the code to read and search, and the whole tree to run."""


class Rollout(Protocol):
    """What runs, and what is in it. Methods raise EvidenceUnavailable."""

    def running(self, log_group: str) -> Revision | None:
        """The commit that runs now behind a log group; None where nothing tells."""

    def contains(self, revision: Revision, commit: str) -> bool:
        """Whether a commit is in the history of what runs."""


class Reasoner(Protocol):
    """A language model, or a chain of them."""

    def ask(self, prompt: Prompt, into: type[T]) -> Answered[T]:
        """An answer of the given pydantic type.

        Raises AnswerMalformed, DeadlineNear, TransientError or PermanentError.
        """

    def write(self, prompt: Prompt) -> Answered[str]:
        """An answer in plain text. Raises as `ask`."""


class Verifier(Protocol):
    """The proof, made elsewhere: a function with no permissions, or the sandbox on this machine."""

    def prove(self, request: VerifyRequest) -> Proof:
        """Red on the given tree, green with the patch. Without a patch: red alone. Raises TransientError."""


class Workspace(Protocol):
    """A sandbox around one tree: no network, limits on time, memory, processes, files and output."""

    def run(self, command: tuple[str, ...]) -> TestRun:
        """Run a command in the tree; `python` and `node_modules/.bin/NAME` are looked for where they are."""

    def write(self, path: str, content: bytes | None) -> None:
        """Write or delete a file of the tree. Raises PatchRefused for a path that leads out of it."""

    def describe(self) -> str:
        """What the sandbox really enforces here, in words."""


class CodeHost(Protocol):
    """Where pull requests live. There is no way to merge."""

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """Create or update branch, commit and draft; the same plan twice gives one pull request.

        One that was closed is returned as it is, and so is one to whose branch people added commits.
        Raises TransientError or PermanentError, whose text can stand in the thread.
        """

    def state(self, pull: PullRequest) -> PullRequest:
        """The pull request as it is now. Raises as `open`."""

    def comment(self, pull: PullRequest, text: str) -> None:
        """Add a comment in Markdown, each time that it is called. Raises as `open`."""


class Notifier(Protocol):
    """A way to people."""

    def publish(self, telling: Telling) -> None:
        """Send each of its messages that is not delivered, in order, and note it.

        Raises PermanentError for what will be refused again, or TransientError; what is out then is noted.
        """


class TraceStore(Protocol):
    """What was done and why, to be read again."""

    def save(self, outcome: Outcome) -> None:
        """Keep it under work and task, in place of an earlier one."""

    def load(self, work_id: str, task: Task) -> Outcome | None:
        """What was kept, or None."""


class AuditTrail(Protocol):
    """What models were asked and what was done to pull requests, for good: an entry is never changed."""

    def record(self, entry: ModelCall | PullRequestAction) -> None:
        """Keep it beside all others. Raises TransientError or PermanentError."""
