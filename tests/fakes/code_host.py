"""The code host in memory; it passes the same contract suite as the one at GitHub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import PullRequest, PullRequestPlan
from tests.fakes.local_git import Tree


@dataclass
class Branch:
    """The commits since a base, each as its whole tree, newest last."""

    base: str
    commits: list[Tree]


@dataclass
class KeptPull:
    """A pull request as the host keeps it."""

    number: int
    branch: str
    title: str
    body: str
    draft: bool
    state: str = "open"
    labels: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    by: str = ""
    at: int = 0
    commit: str = ""


class MemoryCodeHost:
    """Implements `CodeHost` for one repository, whose commits are given with their trees."""

    def __init__(self, repository: str, commits: Mapping[str, Tree]) -> None:
        self.branches: dict[str, Branch] = {}
        self.pulls: list[KeptPull] = []
        self._repository = repository
        self._commits = commits

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        if plan.repository != self._repository or plan.base_commit not in self._commits:
            raise PermanentError("code host: Not Found")
        kept = self._latest(plan.branch)
        if kept is not None and kept.state != "open":
            return self._told(kept, "left")
        branch = self.branches.get(plan.branch)
        by_people = branch is not None and len(branch.commits) > 1
        if not by_people:
            self.branches[plan.branch] = Branch(plan.base_commit, [self._planned(plan)])
        action = "opened" if kept is None else "left" if by_people else "updated"
        if kept is None:
            kept = KeptPull(len(self.pulls) + 1, plan.branch, plan.title, plan.body, plan.draft)
            self.pulls.append(kept)
        if not by_people:
            kept.body = plan.body
        kept.labels = list(dict.fromkeys([*kept.labels, *plan.labels]))
        return self._told(kept, action)

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`."""
        if pull.repository != self._repository or not 0 < pull.number <= len(self.pulls):
            raise PermanentError("code host: Not Found")
        return self._told(self.pulls[pull.number - 1], "left")

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        self.pulls[pull.number - 1].comments.append(text)

    def _latest(self, branch: str) -> KeptPull | None:
        of_branch = [pull for pull in self.pulls if pull.branch == branch]
        return next(
            (pull for pull in of_branch if pull.state == "open"), of_branch[-1] if of_branch else None
        )

    def _planned(self, plan: PullRequestPlan) -> Tree:
        tree = dict(self._commits[plan.base_commit])
        for change in plan.files:
            if change.content is None:
                tree.pop(change.path, None)
            else:
                tree[change.path] = (change.mode, change.content)
        return tree

    def _told(self, kept: KeptPull, action: str) -> PullRequest:
        url = f"https://code.example.com/{self._repository}/pull/{kept.number}"
        about = (kept.number, url, kept.branch, kept.state, kept.draft, action, kept.by, kept.at, kept.commit)
        return PullRequest(self._repository, *about)
