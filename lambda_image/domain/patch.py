"""From a proposed edit to a patch that was shown to fix the error."""

from __future__ import annotations

from dataclasses import dataclass, field

from lambda_image.domain.diagnosis import Usage


@dataclass(frozen=True, slots=True)
class FileChange:
    """The whole new content of one file; `mode` is git's (100644 or 100755), `content` None deletes."""

    path: str
    content: bytes | None
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Patch:
    """An edit that applies exactly at `commit`; `diff` is unified and made by us."""

    repository: str
    commit: str
    diff: str
    files: tuple[FileChange, ...]


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of one command in the sandbox.

    `exit_code` is None when the run was stopped by `limit` (wall, cpu, memory, output...). `failed`
    are test ids, and `raised` the exception types with the in-app frames that the output shows.
    """

    __test__ = False

    command: str
    exit_code: int | None
    passed: int
    failed: tuple[str, ...]
    output: str
    seconds: float
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What `verify` found: red on the deployed commit, green with the patch, nothing else newly red.

    `gaps` are checks that could not be made, as their program is not there.
    """

    verdict: str
    red: TestRun | None
    green: TestRun | None
    newly_red: tuple[str, ...]
    reasons: tuple[str, ...]
    sandbox: str
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A test that fails for the logged reason; `code` is its source, `path` where it stands."""

    path: str
    code: str


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """All that `verify` needs: a tree as a tar, a patch to it, and what went wrong.

    `trace` is the logged error's text; `exception_type` and `frame` (file:function) say what a
    reproduction must show. `test_command` overrides the tests that the runner finds.
    """

    archive: bytes
    patch: Patch | None
    reproduction: Reproduction | None = None
    trace: str = ""
    exception_type: str | None = None
    test_command: str | None = None


@dataclass(frozen=True, slots=True)
class VerifiedPatch:
    """A patch with its proof. Only `steps.repairing.verify` builds one; pull requests accept nothing else."""

    patch: Patch
    proof: Proof
    reproduction: Reproduction | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one repair may cost, all models together.

    `attempts` are those of each model for the reproduction, and again for the patch. `tokens` are read and
    written, `seconds` those of models and tests, `usd` is counted where the models have a price. 0 is no
    bound.
    """

    attempts: int = 3
    tokens: int = 100_000
    seconds: int = 600
    usd: float = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of the repair loop that did not end in a proof, why, and of the tests' output what tells."""

    number: int
    diff: str
    reasons: tuple[str, ...]
    output: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the repair loop came to: a verified patch, or the attempts and the best that they left.

    Without `verified`, `diff` is the last edit that applied, to be shown as a suggestion, and `proof`
    what was found about it.
    """

    verified: VerifiedPatch | None
    attempts: tuple[Attempt, ...] = ()
    diff: str | None = None
    proof: Proof | None = None
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class PullRequestPlan:
    """A pull request as data; `branch` carries the fingerprint, so there is one per problem.

    `proof` is the verdict that it rests on.
    """

    repository: str
    base_commit: str
    branch: str
    title: str
    body: str
    labels: tuple[str, ...]
    files: tuple[FileChange, ...]
    draft: bool = True
    proof: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request as the code host tells it; `state` is open, closed or merged.

    `action` is what was done to it just now: opened, updated, or left as it was found. `by` is who merged or
    closed it, `at` when in milliseconds since the epoch, `commit` what the merge made; empty for one that is
    open, and where the host does not tell.
    """

    repository: str
    number: int
    url: str
    branch: str
    state: str
    draft: bool
    action: str = field(default="opened", compare=False)
    by: str = ""
    at: int = 0
    commit: str = ""
