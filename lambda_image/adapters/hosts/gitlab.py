"""Merge requests at gitlab.com and at GitLab servers of one's own, through python-gitlab."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import gitlab
from gitlab.exceptions import GitlabError

from lambda_image.adapters.hosts.answers import TIMEOUT, Session, moment
from lambda_image.adapters.hosts.side import DRAFT, Connect, Kept, Limits
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import PullRequest, PullRequestPlan

# GitLab documentation, "Roles and permissions": the least that may push and open merge requests.
DEVELOPER = 30
STATES = {"opened": "open", "locked": "open", "closed": "closed", "merged": "merged"}


def connect(url: str, token: str) -> Connect:
    """Sessions with this token."""
    return lambda name: GitLabSide(url, token, name)


class GitLabSide:
    """Implements `Side`. A merge request whose title begins with `Draft: ` is a draft."""

    # GitLab Docs, "Merge requests API" and "Instance limits": size of comments; a title has 255 characters.
    limits = Limits(title=255 - len(DRAFT), body=1_048_576, comment=1_000_000, labels=True)

    def __init__(self, url: str, token: str, name: str) -> None:
        self._name = name
        opened = gitlab.Gitlab(
            url, private_token=token, timeout=TIMEOUT, session=Session("GitLab"), keep_base_url=True
        )
        with _translated():
            self._project = opened.projects.get(name)

    @property
    def default_branch(self) -> str:
        """See `Side.default_branch`."""
        return str(self._project.default_branch)

    def lacks(self) -> str:
        """See `Side.lacks`."""
        found: dict[str, Any] = self._project.attributes.get("permissions") or {}
        level = max((each["access_level"] for each in found.values() if each), default=0)
        return "" if level >= DEVELOPER else "has not the role Developer"

    def latest(self, branch: str) -> Kept | None:
        """See `Side.latest`. A fork may have a branch of the same name."""
        with _translated():
            found = self._project.mergerequests.list(
                state="all",
                source_branch=branch,
                source_project_id=self._project.id,
                order_by="created_at",
                sort="desc",
                get_all=False,
            )
        kept = [self._kept(each) for each in found]
        return next((each for each in kept if each.told.state == "open"), kept[0] if kept else None)

    def get(self, number: int) -> Kept:
        """See `Side.get`."""
        with _translated():
            return self._kept(self._project.mergerequests.get(number))

    def create(self, plan: PullRequestPlan) -> Kept:
        """See `Side.create`."""
        fields = {
            "source_branch": plan.branch,
            "target_branch": self.default_branch,
            "title": f"{DRAFT}{plan.title}" if plan.draft else plan.title,
            "description": plan.body,
        }
        with _translated():
            return self._kept(self._project.mergerequests.create(fields))

    def describe(self, number: int, body: str) -> None:
        """See `Side.describe`."""
        with _translated():
            self._project.mergerequests.update(number, {"description": body})

    def label(self, number: int, labels: tuple[str, ...]) -> None:
        """See `Side.label`."""
        with _translated():
            self._project.mergerequests.update(number, {"add_labels": ",".join(labels)})

    def comment(self, number: int, text: str) -> None:
        """See `Side.comment`."""
        with _translated():
            self._project.mergerequests.get(number, lazy=True).notes.create({"body": text})

    def _kept(self, request: Any) -> Kept:
        state = STATES[request.state]
        told = PullRequest(
            self._name, request.iid, request.web_url, request.source_branch, state, bool(request.draft)
        )
        ended = _ended(request.attributes, state) if state != "open" else {}
        return Kept(replace(told, **ended), request.description or "")


def _ended(told: dict[str, Any], state: str) -> dict[str, Any]:
    """Who ended it and when; the commit of a merge without one of its own is the last of its branch."""
    names = ("merge_commit_sha", "squash_commit_sha", "sha") if state == "merged" else ()
    by = told.get("merge_user" if state == "merged" else "closed_by") or {}
    return {
        "by": by.get("username", ""),
        "at": moment(told.get(f"{state}_at")),
        "commit": next((told[name] for name in names if told.get(name)), ""),
    }


@contextmanager
def _translated() -> Iterator[None]:
    """GitLab's errors as ours; what may pass was raised by the session."""
    try:
        yield
    except GitlabError as error:
        said = error.error_message
        words = said if isinstance(said, str) else json.dumps(said)
        raise PermanentError(f"GitLab: {words}") from error
