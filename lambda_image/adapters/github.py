"""Pull requests at GitHub and GitHub Enterprise, through PyGithub and the git data API, without a clone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import requests
from github import Auth, Github, GithubException, InputGitTreeElement
from github.PullRequest import PullRequest as Pull
from github.Repository import Repository

from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.patch import FileChange, PullRequest, PullRequestPlan

T = TypeVar("T")

TIMEOUT = 30
NOT_FOUND, REFUSED = 404, 422
# GitHub REST API, "Rate limits": both kinds answer 403 or 429, the secondary one with Retry-After.
RATE_LIMITED = (403, 429)


class GitHub:
    """Implements `CodeHost`. `token` is asked for each session, so a rotated one is used."""

    def __init__(self, api_url: str, token: Callable[[], str], retry: Retry) -> None:
        self._api_url = api_url
        self._token = token
        self._retry = retry

    def open(self, plan: PullRequestPlan) -> PullRequest:
        """See `CodeHost.open`. Each call can be made again after a crash behind any other."""
        repo = self._repository(plan.repository)
        existing = self._call(lambda: _latest(repo, plan.branch))
        if existing is not None and existing.state != "open":
            return _told(plan.repository, existing, "left")
        planned = self._push(repo, plan)
        pull = existing or self._created(repo, plan)
        if planned and pull.body != plan.body:
            self._call(lambda: pull.edit(body=plan.body))
        self._call(lambda: pull.add_to_labels(*plan.labels))
        action = "updated" if planned else "left"
        return _told(plan.repository, pull, action if existing else "opened")

    def state(self, repository: str, branch: str) -> PullRequest | None:
        """See `CodeHost.state`."""
        repo = self._repository(repository)
        found = self._call(lambda: _latest(repo, branch))
        return _told(repository, found, "left") if found else None

    def comment(self, pull: PullRequest, text: str) -> None:
        """See `CodeHost.comment`."""
        repo = self._repository(pull.repository)
        found = self._call(lambda: repo.get_pull(pull.number))
        self._call(lambda: found.create_issue_comment(text))

    def _repository(self, name: str) -> Repository:
        client = Github(
            base_url=self._api_url,
            auth=Auth.Token(self._token()),
            timeout=TIMEOUT,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )
        return self._call(lambda: client.get_repo(name))

    def _push(self, repo: Repository, plan: PullRequestPlan) -> bool:
        """Whether the branch is the plan now, one commit on top of its base; people's work is kept."""
        head = self._call(lambda: _head(repo, plan.branch))
        there = self._call(lambda: repo.get_git_commit(head)) if head else None
        if there is not None and _signed(there.tree.sha) not in there.message:
            return False
        base = self._call(lambda: repo.get_git_commit(plan.base_commit))
        entries = [self._entry(repo, change) for change in plan.files]
        tree = self._call(lambda: repo.create_git_tree(entries, base.tree))
        if there is not None and (there.tree.sha, [each.sha for each in there.parents]) == (
            tree.sha,
            [base.sha],
        ):
            return True
        message = f"{plan.title}\n\n{_signed(tree.sha)}"
        commit = self._call(lambda: repo.create_git_commit(message, tree, [base]))
        if there is None:
            self._call(lambda: repo.create_git_ref(f"refs/heads/{plan.branch}", commit.sha))
        else:
            self._call(lambda: repo.get_git_ref(f"heads/{plan.branch}").edit(commit.sha, force=True))
        return True

    def _entry(self, repo: Repository, change: FileChange) -> InputGitTreeElement:
        if change.content is None:
            return InputGitTreeElement(change.path, change.mode, "blob", sha=None)
        content = base64.b64encode(change.content).decode()
        blob = self._call(lambda: repo.create_git_blob(content, "base64"))
        return InputGitTreeElement(change.path, change.mode, "blob", sha=blob.sha)

    def _created(self, repo: Repository, plan: PullRequestPlan) -> Pull:
        """The pull request; where drafts are refused, an ordinary one that says so in its title."""
        fields: dict[str, Any] = {"base": repo.default_branch, "head": plan.branch, "body": plan.body}
        try:
            return self._call(lambda: repo.create_pull(title=plan.title, draft=plan.draft, **fields))
        except PermanentError as error:
            if not plan.draft or "draft" not in str(error).lower():
                raise
        pull = self._call(lambda: repo.create_pull(title=f"Draft: {plan.title}", draft=False, **fields))
        self._call(lambda: pull.add_to_labels("draft"))
        return pull

    def _call(self, call: Callable[[], T]) -> T:
        def once() -> T:
            with _translated():
                return call()

        return self._retry(once)


def _latest(repo: Repository, branch: str) -> Pull | None:
    """The branch's pull request: an open one first, else the newest."""
    pulls = list(repo.get_pulls(state="all", head=f"{repo.owner.login}:{branch}"))
    return next((pull for pull in pulls if pull.state == "open"), pulls[0] if pulls else None)


def _head(repo: Repository, branch: str) -> str | None:
    try:
        return str(repo.get_git_ref(f"heads/{branch}").object.sha)
    except GithubException as error:
        if error.status == NOT_FOUND:
            return None
        raise


def _signed(tree: str) -> str:
    """What tells our commit from people's: the tree it was made with, which an amended one has no more."""
    return f"Tracemend-Tree: {tree}"


def _told(repository: str, pull: Pull, action: str) -> PullRequest:
    state = "merged" if pull.merged_at else pull.state
    return PullRequest(repository, pull.number, pull.html_url, pull.head.ref, state, bool(pull.draft), action)


@contextmanager
def _translated() -> Iterator[None]:
    """GitHub's errors as ours, by status; its own sentence is kept."""
    try:
        yield
    except GithubException as error:
        headers = error.headers or {}
        after = headers.get("retry-after") or headers.get("Retry-After")
        said = _sentence(error)
        limited = error.status in RATE_LIMITED and (after is not None or "rate limit" in said.lower())
        if limited or error.status == RATE_LIMITED[1] or error.status >= 500:
            raise TransientError(f"GitHub: {said}", float(after) if after else None) from error
        raise PermanentError(f"GitHub: {said}") from error
    except requests.RequestException as error:
        raise TransientError(f"GitHub cannot be reached: {error}") from error


def _sentence(error: GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    details = [str(each.get("message", "")) for each in data.get("errors", []) if isinstance(each, dict)]
    return "; ".join(part for part in (str(data.get("message", error.data)), *details) if part)
