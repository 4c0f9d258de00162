"""Pull requests at Bitbucket Cloud, through its REST API: no library for it is kept well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from lambda_image.adapters.hosts.answers import Session, moment
from lambda_image.adapters.hosts.side import Connect, Kept, Limits
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import PullRequest, PullRequestPlan

STATES = {"MERGED": "merged", "DECLINED": "closed", "SUPERSEDED": "closed"}
ALL = ("OPEN", "MERGED", "DECLINED", "SUPERSEDED")
WRITES = "pullrequest:write"


def connect(api_url: str, token: str) -> Connect:
    """Sessions with an access token of the repository, its project or workspace."""
    return lambda name: BitbucketSide(api_url, token, name)


class BitbucketSide:
    """Implements `Side`. There are no labels at Bitbucket."""

    # The title's is that of the form; for texts none is documented, and longer ones are refused.
    limits = Limits(title=255, body=32_000, comment=32_000, labels=False)

    def __init__(self, api_url: str, token: str, name: str) -> None:
        self._name = name
        self._url = f"{api_url}/repositories/{quote(name)}"
        self._session = Session("Bitbucket")
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._repository, self._scopes = self._asked("GET", "")

    @property
    def default_branch(self) -> str:
        """See `Side.default_branch`. Raises PermanentError for an empty repository."""
        branch = self._repository.get("mainbranch")
        if not branch:
            raise PermanentError(f"Bitbucket: {self._name} has no main branch yet")
        return str(branch["name"])

    def lacks(self) -> str:
        """See `Side.lacks`. Bitbucket names a token's scopes beside each answer."""
        return "" if not self._scopes or WRITES in self._scopes else f"has not the scope {WRITES}"

    def latest(self, branch: str) -> Kept | None:
        """See `Side.latest`. A fork may have a branch of the same name."""
        mine = f'source.branch.name = "{branch}" AND source.repository.full_name = "{self._name}"'
        asked = {"state": ALL, "q": mine, "sort": "-created_on"}
        found, _ = self._asked("GET", "/pullrequests", params=asked)
        kept = [self._kept(each) for each in found["values"]]
        return next((each for each in kept if each.told.state == "open"), kept[0] if kept else None)

    def get(self, number: int) -> Kept:
        """See `Side.get`."""
        found, _ = self._asked("GET", f"/pullrequests/{number}")
        return self._kept(found)

    def create(self, plan: PullRequestPlan) -> Kept:
        """See `Side.create`."""
        made, _ = self._asked(
            "POST",
            "/pullrequests",
            json={
                "type": "pullrequest",
                "title": plan.title,
                "description": plan.body,
                "source": {"branch": {"name": plan.branch}},
                "destination": {"branch": {"name": self.default_branch}},
                "draft": plan.draft,
            },
        )
        return self._kept(made)

    def describe(self, number: int, body: str) -> None:
        """See `Side.describe`."""
        self._asked("PUT", f"/pullrequests/{number}", json={"type": "pullrequest", "description": body})

    def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Never asked: without labels at the host, they stand in the text (`limits.labels`)."""
        raise NotImplementedError(f"Bitbucket has no labels for {number}: {labels}")

    def comment(self, number: int, text: str) -> None:
        """See `Side.comment`."""
        said = {"type": "pullrequest_comment", "content": {"raw": text}}
        self._asked("POST", f"/pullrequests/{number}/comments", json=said)

    def _kept(self, pull: dict[str, Any]) -> Kept:
        told = PullRequest(
            self._name,
            pull["id"],
            pull["links"]["html"]["href"],
            pull["source"]["branch"]["name"],
            STATES.get(pull["state"], "open"),
            bool(pull.get("draft")),
        )
        if told.state != "open":
            # Of when it was closed nothing is told but the last change, which mostly is that.
            by, commit = pull.get("closed_by") or {}, pull.get("merge_commit") or {}
            named = by.get("nickname") or by.get("display_name") or ""
            told = replace(told, by=named, at=moment(pull.get("updated_on")), commit=commit.get("hash", ""))
        return Kept(told, (pull.get("summary") or {}).get("raw") or "")

    def _asked(self, method: str, path: str, **request: Any) -> tuple[dict[str, Any], str]:
        """The answer's document, and the token's scopes if they are told."""
        answer = self._session.request(method, f"{self._url}{path}", **request)
        if not answer.ok:
            raise PermanentError(f"Bitbucket: {_sentence(answer)}")
        return answer.json(), answer.headers.get("X-OAuth-Scopes", "")


def _sentence(answer: Any) -> str:
    """What the answer says of itself: Bitbucket's errors have a message, and at times fields."""
    try:
        error = answer.json()["error"]
        fields = [f"{name}: {each}" for name, each in (error.get("fields") or {}).items()]
        return "; ".join([str(error["message"]), *fields])
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"{answer.status_code} {answer.reason}"
