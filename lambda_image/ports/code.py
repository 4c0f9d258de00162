"""The code that runs, where it is tried, and where changes to it are proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lambda_image.domain.code import Part
    from lambda_image.domain.evidence import Change, Revision
    from lambda_image.domain.patch import Proof, PullRequest, PullRequestPlan, TestRun, VerifyRequest


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
