"""Pull requests at GitHub and GitHub Enterprise, through PyGithub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import requests
from github import Auth, Github, GithubException
from github.PullRequest import PullRequest as Pull

from lambda_image.adapters.hosts.answers import LIMITED, TIMEOUT, moment, passing, wished
from lambda_image.adapters.hosts.side import DRAFT, Connect, Kept, Limits
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.patch import PullRequest, PullRequestPlan

FORBIDDEN = 403


def connect(api_url: str, token: str) -> Connect:
    """Sessions with this token."""
    return lambda name: GitHubSide(client(api_url, Auth.Token(token)), name)


def client(api_url: str, auth: Auth.Auth) -> Github:
    """A client that neither waits nor tries again by itself."""
    return Github(
        base_url=api_url,
        auth=auth,
        timeout=TIMEOUT,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )


class GitHubSide:
    """Implements `Side`."""

    # What GitHub names in its refusals of longer ones.
    limits = Limits(title=256, body=65_536, comment=65_536, labels=True)

    def __init__(self, opened: Github, name: str) -> None:
        self._name = name
        with translated():
            self._repo = opened.get_repo(name)

    @property
    def default_branch(self) -> str:
        """See `Side.default_branch`."""
        return self._repo.default_branch

    def lacks(self) -> str:
        """See `Side.lacks`. GitHub tells what the token's owner may, not what the token is limited to."""
        permissions = self._repo.permissions
        return "" if permissions and permissions.push else "may not push"

    def latest(self, branch: str) -> Kept | None:
        """See `Side.latest`."""
        with translated():
            pulls = list(self._repo.get_pulls(state="all", head=f"{self._repo.owner.login}:{branch}"))
        found = next((pull for pull in pulls if pull.state == "open"), pulls[0] if pulls else None)
        return self._kept(found) if found else None

    def get(self, number: int) -> Kept:
        """See `Side.get`."""
        with translated():
            return self._kept(self._repo.get_pull(number))

    def create(self, plan: PullRequestPlan) -> Kept:
        """See `Side.create`; where drafts are refused, an ordinary one that says so in title and label."""
        try:
            return self._created(plan, plan.title, draft=plan.draft)
        except PermanentError as error:
            if not plan.draft or "draft" not in str(error).lower():
                raise
        made = self._created(plan, f"{DRAFT}{plan.title}"[: self.limits.title], draft=False)
        self.label(made.told.number, ("draft",))
        return made

    def describe(self, number: int, body: str) -> None:
        """See `Side.describe`."""
        with translated():
            self._repo.get_pull(number).edit(body=body)

    def label(self, number: int, labels: tuple[str, ...]) -> None:
        """See `Side.label`; as an object, which is the form that GitHub describes."""
        with translated():
            url = f"{self._repo.url}/issues/{number}/labels"
            self._repo.requester.requestJsonAndCheck("POST", url, input={"labels": list(labels)})

    def comment(self, number: int, text: str) -> None:
        """See `Side.comment`."""
        with translated():
            self._repo.get_pull(number).create_issue_comment(text)

    def _created(self, plan: PullRequestPlan, title: str, *, draft: bool) -> Kept:
        with translated():
            made = self._repo.create_pull(
                base=self.default_branch, head=plan.branch, title=title, body=plan.body, draft=draft
            )
        return self._kept(made)

    def _kept(self, pull: Pull) -> Kept:
        state = "merged" if pull.merged_at else pull.state
        told = PullRequest(self._name, pull.number, pull.html_url, pull.head.ref, state, bool(pull.draft))
        if state != "open":
            told = self._ended(told, pull)
        return Kept(told, pull.body or "")

    def _ended(self, told: PullRequest, pull: Pull) -> PullRequest:
        commit = (pull.merge_commit_sha or "") if pull.merged_at else ""
        return replace(told, by=self._who(pull), at=moment(pull.merged_at or pull.closed_at), commit=commit)

    def _who(self, pull: Pull) -> str:
        """Who closed one unmerged stands at the issue that it is, too; not every token may read issues."""
        try:
            with translated():
                who = pull.merged_by if pull.merged_at else self._repo.get_issue(pull.number).closed_by
        except PermanentError:
            return ""
        return who.login if who else ""


@contextmanager
def translated() -> Iterator[None]:
    """GitHub's errors as ours, by status; its own sentence is kept."""
    try:
        yield
    except GithubException as error:
        after = wished(error.headers or {})
        said = _sentence(error)
        limited = error.status == FORBIDDEN and (after is not None or "rate limit" in said.lower())
        if limited or error.status == LIMITED or passing(error.status):
            raise TransientError(f"GitHub: {said}", after) from error
        raise PermanentError(f"GitHub: {said}") from error
    except requests.RequestException as error:
        raise TransientError(f"GitHub cannot be reached: {error}") from error


def _sentence(error: GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    details = [str(each.get("message", "")) for each in data.get("errors", []) if isinstance(each, dict)]
    return "; ".join(part for part in (str(data.get("message", error.data)), *details) if part)
