"""Opening, finding and commenting, the same way at every host."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lambda_image.adapters.hosts.branches import Branches
from lambda_image.adapters.hosts.side import Connect, Kept, Limits, Side
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import PullRequest, PullRequestPlan

CUT = "\n\n… (cut: the code host takes no more)"


class PullRequests:
    """Implements `CodeHost` by git and one host's API. Each step can be taken again after a crash."""

    def __init__(self, connect: Connect, branches: Branches, retry: Retry) -> None:
        self._connect = connect
        self._branches = branches
        self._retry = retry

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        side = self._side(plan.repository)
        existing = self._retry(lambda: side.latest(plan.branch))
        if existing is not None and existing.told.state != "open":
            return replace(existing.told, action="left")
        fitted = _fitted(plan, side.limits)
        planned = self._retry(lambda: self._branches.put(plan, side.default_branch))
        kept = existing or self._created(side, fitted)
        number = kept.told.number
        if planned and kept.body != fitted.body:
            self._retry(lambda: side.describe(number, fitted.body))
        if side.limits.labels:
            self._retry(lambda: side.label(number, plan.labels))
        action = "updated" if planned else "left"
        return replace(kept.told, action=action if existing else "opened")

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`."""
        side = self._side(pull.repository)
        return replace(self._retry(lambda: side.get(pull.number)).told, action="left")

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        side = self._side(pull.repository)
        cut = _cut(text, side.limits.comment)
        self._retry(lambda: side.comment(pull.number, cut))

    def _side(self, repository: str) -> Side:
        return self._retry(lambda: self._connect(repository))

    def _created(self, side: Side, plan: PullRequestPlan) -> Kept:
        """A new pull request, or the one that another invocation or an unheard answer made."""
        try:
            return self._retry(lambda: side.create(plan))
        except PermanentError:
            found = self._retry(lambda: side.latest(plan.branch))
            if found is None or found.told.state != "open":
                raise
            return found


class Hosts:
    """Implements `CodeHost` for repositories at several hosts; `of` gives a repository's own."""

    def __init__(self, of: Callable[[str], PullRequests]) -> None:
        self._of = of

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`."""
        return self._of(plan.repository).open(plan)

    def state(self, pull: PullRequest) -> PullRequest:
        """See `CodeHost.state`."""
        return self._of(pull.repository).state(pull)

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        self._of(pull.repository).comment(pull, text)


def _fitted(plan: PullRequestPlan, limits: Limits) -> PullRequestPlan:
    """The plan with texts that the host takes; where it has no labels, they stand in the text."""
    labels = "" if limits.labels else f"\n\nLabels: {', '.join(plan.labels)}"
    body = _cut(plan.body, limits.body - len(labels)).rstrip("\n") + labels if labels else plan.body
    return replace(plan, title=plan.title[: limits.title], body=_cut(body, limits.body))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - len(CUT)] + CUT
