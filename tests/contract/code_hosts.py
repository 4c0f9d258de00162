"""The code hosts that the contract suite runs against, each with what a test does behind their backs."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

from infra.local.githost.objects import Repository, TreeEntry
from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from lambda_image.adapters.github import GitHub
from lambda_image.adapters.retry import Retry
from lambda_image.ports import CodeHost
from tests.fakes.clock import FixedClock
from tests.fakes.code_host import Branch, KeptPull, MemoryCodeHost
from tests.fakes.local_git import LocalGit, Tree, git, tree_at

REPOSITORY = "team/shop"
FILES = {
    "README.md": b"# Shop\n",
    "bin/serve": b"#!/bin/sh\n",
    "shop/pricing.py": b"def total(items): ...\n",
    "shop/unused.py": b"pass\n",
}


class Stage(Protocol):
    """A code host that holds one repository with one commit on its default branch."""

    base: str

    @property
    def host(self) -> CodeHost:
        """The code host itself."""

    def commits(self, branch: str) -> list[Tree]:
        """The trees of a branch since the base, newest last."""

    def pulls(self) -> list[KeptPull]:
        """All pull requests, oldest first."""

    def push(self, branch: str, path: str, content: bytes) -> None:
        """One more commit on the branch, as people do."""

    def edit(self, number: int, **fields: Any) -> None:
        """Change fields of a pull request, as people do."""

    def lose_pulls(self) -> None:
        """As after a crash behind the push."""


class MemoryStage:
    """The fake."""

    def __init__(self) -> None:
        self.base = "b" * 40
        tree = {
            name: ("100755" if name.startswith("bin/") else "100644", text) for name, text in FILES.items()
        }
        self.host = MemoryCodeHost(REPOSITORY, {self.base: tree})

    def commits(self, branch: str) -> list[Tree]:
        """See `Stage.commits`."""
        return self.host.branches.get(branch, Branch(self.base, [])).commits

    def pulls(self) -> list[KeptPull]:
        """See `Stage.pulls`."""
        return deepcopy(self.host.pulls)

    def push(self, branch: str, path: str, content: bytes) -> None:
        """See `Stage.push`."""
        commits = self.host.branches[branch].commits
        commits.append({**commits[-1], path: ("100644", content)})

    def edit(self, number: int, **fields: Any) -> None:
        """See `Stage.edit`."""
        vars(self.host.pulls[number - 1]).update(fields)

    def lose_pulls(self) -> None:
        """See `Stage.lose_pulls`."""
        self.host.pulls.clear()


class GitHubStage:
    """The adapter for GitHub before the loopback git host, which keeps a real bare repository."""

    def __init__(self, served: GitHost) -> None:
        self._bare = served.root / f"{REPOSITORY}.git"
        self.host = GitHub(served.url, lambda: "t", Retry(FixedClock(), sleep=lambda _: None))
        self.base = git(self._bare, "rev-parse", "main").decode().strip()

    def commits(self, branch: str) -> list[Tree]:
        """See `Stage.commits`."""
        if not git(self._bare, "for-each-ref", f"refs/heads/{branch}"):
            return []
        found = git(self._bare, "rev-list", "--reverse", branch, f"^{self.base}").decode()
        return [tree_at(self._bare, commit) for commit in found.split()]

    def pulls(self) -> list[KeptPull]:
        """See `Stage.pulls`."""
        return [_kept(pull) for pull in reversed(Pulls(self._bare).all())]

    def push(self, branch: str, path: str, content: bytes) -> None:
        """See `Stage.push`."""
        repository = Repository(self._bare)
        head = repository.branch(branch) or ""
        tree = repository.make_tree(head, [TreeEntry(path, "100644", repository.make_blob(content))])
        repository.update_branch(branch, repository.make_commit("By hand", tree, [head]))

    def edit(self, number: int, **fields: Any) -> None:
        """See `Stage.edit`."""
        if fields.get("state") == "merged":
            fields |= {"state": "closed", "merged": "2026-11-23T10:00:00Z"}
        pulls = Pulls(self._bare)
        pulls.save({**(pulls.get(number) or {}), **fields})

    def lose_pulls(self) -> None:
        """See `Stage.lose_pulls`."""
        self._bare.with_suffix(".pulls.json").unlink()


def create_shop(root: Path) -> None:
    """The repository of the stage as `root/team/shop.git`."""
    work = LocalGit(root / "work")
    work.commit(FILES, "First")
    git(root, "clone", "--quiet", "--bare", str(work.path), str(root / f"{REPOSITORY}.git"))


def _kept(pull: dict[str, Any]) -> KeptPull:
    state = "merged" if pull.get("merged") else pull["state"]
    return KeptPull(
        pull["number"],
        pull["head"],
        pull["title"],
        pull["body"],
        pull["draft"],
        state,
        pull["labels"],
        pull["comments"],
    )
