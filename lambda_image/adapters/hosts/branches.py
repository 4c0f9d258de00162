"""The git side of a pull request: one commit on a branch of ours, pushed by git itself.

The push names the commit that the branch must still stand on, so nobody's commit can be lost, not even in
the moment between a look and a push.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lambda_image.adapters.git.clones import Clones
from lambda_image.adapters.git.command import GitFailed
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.hosts import BRANCH_PREFIX
from lambda_image.domain.patch import FileChange, PullRequestPlan

NOBODY = "0" * 40
# A name and an address that cannot be anybody's (RFC 2606); the pull request tells whose token it was.
WHO = {"NAME": "Tracemend", "EMAIL": "tracemend@tracemend.invalid"}
AUTHOR = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in WHO.items()}
# What git says where the same push may succeed later: a full or broken host, a branch that just moved.
PASSING = re.compile(
    r"returned error: (429|5\d\d)|HTTP (429|5\d\d)|stale info|could not resolve host|failed to connect"
    r"|couldn't connect|could not connect|connection (timed out|reset|refused)|timed out|early eof"
    r"|unexpected disconnect|remote end hung up|cannot lock ref|git could not be run",
    re.IGNORECASE,
)
REMARK = re.compile(r"^remote: *(.*\S) *$", re.MULTILINE)
REJECTED = re.compile(r"! \[(?:remote )?rejected\].*\((.*)\)")


class Branches:
    """Puts plans on branches, in the clones that the source code is read from."""

    def __init__(self, clones: Clones) -> None:
        self._clones = clones

    def put(self, plan: PullRequestPlan, into: str) -> bool:
        """Whether the branch is the plan now, one commit on its base; people's work is kept.

        `into` is the branch that it is to be merged into. Any number of calls make one commit. Raises
        TransientError or PermanentError, also where the change conflicts with `into`.
        """
        mapping = self._clones.named(plan.repository)
        if mapping is None:
            raise PermanentError(
                f"no repository is called {plan.repository}; add it to TRACEMEND_REPOSITORIES"
            )
        if not plan.branch.startswith(BRANCH_PREFIX):
            raise PermanentError(f"{plan.branch} is no branch of ours: ours begin with {BRANCH_PREFIX}")
        with _told(plan):
            return self._put(mapping, plan, into)

    def _put(self, mapping: RepositoryMapping, plan: PullRequestPlan, into: str) -> bool:
        self._clones.fetch(mapping)
        head = self._resolved(mapping, f"refs/heads/{plan.branch}")
        if head and not self._ours(mapping, head):
            return False
        self._find_base(mapping, plan)
        tree = self._tree(mapping, plan)
        if head and self._is(mapping, head, tree, plan.base_commit):
            return True
        commit = self._commit(mapping, plan, tree)
        self._mergeable(mapping, plan, commit, into)
        target = f"refs/heads/{plan.branch}"
        lease = f"--force-with-lease={target}:{head or ''}"
        self._clones.run(mapping, "push", "--quiet", "--no-thin", lease, "origin", f"{commit}:{target}")
        return True

    def _find_base(self, mapping: RepositoryMapping, plan: PullRequestPlan) -> None:
        """Have the base here: it may be on no branch any more."""
        if self._clones.has(mapping, plan.base_commit):
            return
        try:
            self._clones.fetch_commit(mapping, plan.base_commit)
        except GitFailed as failed:
            if PASSING.search(failed.stderr):
                raise
            raise PermanentError(f"{plan.repository} has no commit {plan.base_commit}") from failed

    def _resolved(self, mapping: RepositoryMapping, ref: str) -> str | None:
        try:
            found = self._clones.run(mapping, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
        except GitFailed:
            return None
        return found.decode().strip()

    def _ours(self, mapping: RepositoryMapping, commit: str) -> bool:
        """Whether it is as we made it: one that people amended has another tree than its message says."""
        told = self._clones.run(mapping, "show", "--no-patch", "--format=%T%n%B", commit)
        tree, _, message = told.decode("utf-8", "replace").partition("\n")
        return _signed(tree) in message

    def _is(self, mapping: RepositoryMapping, commit: str, tree: str, base: str) -> bool:
        told = self._clones.run(mapping, "show", "--no-patch", "--format=%T %P", commit)
        return told.decode().split() == [tree, base]

    def _tree(self, mapping: RepositoryMapping, plan: PullRequestPlan) -> str:
        """The base's tree with the planned files in it; their contents are the only new objects."""
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._clones.run(mapping, "read-tree", plan.base_commit, environment=index)
            # Deletions first: a file may take the place of a folder.
            changes = sorted(plan.files, key=lambda each: each.content is not None)
            entries = b"".join(self._entry(mapping, each) for each in changes)
            info = ("update-index", "-z", "--index-info")
            self._clones.run(mapping, *info, stdin=entries, environment=index)
            # A partial clone has not all contents, and a tree needs none of them.
            return self._clones.run(mapping, "write-tree", "--missing-ok", environment=index).decode().strip()

    def _entry(self, mapping: RepositoryMapping, change: FileChange) -> bytes:
        if change.content is None:
            return f"0 {NOBODY}\t{change.path}\0".encode()
        blob = self._clones.run(mapping, "hash-object", "-w", "--stdin", stdin=change.content)
        return f"{change.mode} {blob.decode().strip()}\t{change.path}\0".encode()

    def _commit(self, mapping: RepositoryMapping, plan: PullRequestPlan, tree: str) -> str:
        message = f"{plan.title}\n\n{_signed(tree)}\n".encode()
        command = ("commit-tree", tree, "-p", plan.base_commit)
        return self._clones.run(mapping, *command, stdin=message, environment=AUTHOR).decode().strip()

    def _mergeable(self, mapping: RepositoryMapping, plan: PullRequestPlan, commit: str, into: str) -> None:
        """Raises PermanentError naming the files in which the change and `into` contradict each other."""
        if self._resolved(mapping, f"refs/heads/{into}") is None:
            raise PermanentError(f"{plan.repository} has no branch {into}, which it says is its default")
        command = ("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z")
        try:
            self._clones.run(mapping, *command, f"refs/heads/{into}", commit)
        except GitFailed as failed:
            if failed.code != 1:
                raise
            files = sorted(set(failed.stdout.decode("utf-8", "replace").split("\0")[1:]) - {""})
            raise PermanentError(
                f"{into} has changed since {plan.base_commit[:10]}, and the change conflicts with it in"
                f" {', '.join(files)}; no pull request was opened"
            ) from failed


def _signed(tree: str) -> str:
    """What tells our commit from people's: the tree it was made with."""
    return f"Tracemend-Tree: {tree}"


@contextmanager
def _told(plan: PullRequestPlan) -> Iterator[None]:
    """Git's complaints as ours, with what the host itself remarked on the push."""
    try:
        yield
    except GitFailed as failed:
        if PASSING.search(failed.stderr or str(failed)):
            raise TransientError(f"git: {failed}") from failed
        remarks = REMARK.findall(failed.stderr)
        rejected = REJECTED.findall(failed.stderr)
        if rejected:
            said = "; ".join(dict.fromkeys([*rejected, *remarks]))[:500]
            raise PermanentError(
                f"the host does not take the branch {plan.branch}: {said}. Let the token push branches that"
                f" begin with {BRANCH_PREFIX}"
            ) from failed
        said = "; ".join(dict.fromkeys([str(failed), *remarks]))[:500]
        raise PermanentError(f"git: {said}") from failed
