"""Pull requests at AWS CodeCommit, by the role that the function runs in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from lambda_image.adapters.aws import translated
from lambda_image.adapters.git.clones import Login
from lambda_image.adapters.hosts.answers import moment
from lambda_image.adapters.hosts.side import DRAFT, Kept, Limits
from lambda_image.domain.patch import PullRequest, PullRequestPlan

SERVICE = "codecommit"


def login(clone_url: str, credentials: Any, region: str) -> Login:
    """What git sends: a signature of the address, which CodeCommit takes for a quarter of an hour.

    The same as the AWS CLI's credential helper and git-remote-codecommit make.
    """
    place = urlsplit(clone_url)
    frozen = credentials.get_frozen_credentials()
    signer = SigV4Auth(frozen, SERVICE, region)
    request = AWSRequest(method="GIT", url=clone_url)
    request.context["timestamp"] = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    canonical = f"GIT\n{place.path}\n\nhost:{place.netloc}\n\nhost\n"
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    user = f"{frozen.access_key}%{frozen.token}" if frozen.token else frozen.access_key
    return Login(user, f"{request.context['timestamp']}Z{signature}")


class CodeCommitSide:
    """Implements `Side`. There are no labels, and no drafts but by the title.

    `client` is a CodeCommit client, `author` gives the ARN that our pull requests are by.
    """

    # The service model's, and AWS CodeCommit User Guide, "Quotas", for comments.
    limits = Limits(title=150 - len(DRAFT), body=10_240, comment=10_240, labels=False)

    def __init__(self, client: Any, author: Callable[[], str], name: str) -> None:
        self._client = client
        self._author = author
        self._name = name
        self._repository = self._asked("get_repository", repositoryName=name)["repositoryMetadata"]

    @property
    def default_branch(self) -> str:
        """See `Side.default_branch`."""
        return str(self._repository["defaultBranch"])

    def lacks(self) -> str:
        """See `Side.lacks`. It is the function's role that counts, not who asks here."""
        return ""

    def latest(self, branch: str) -> Kept | None:
        """See `Side.latest`.

        CodeCommit cannot look for a branch, so all open pull requests are read, and the closed ones by us.
        """
        found = self._of(branch, pullRequestStatus="OPEN")
        if first := next(found, None):
            return self._kept(first)
        closed = list(self._of(branch, pullRequestStatus="CLOSED", authorArn=self._author()))
        newest = max(closed, key=lambda pull: int(pull["pullRequestId"]), default=None)
        return self._kept(newest) if newest else None

    def get(self, number: int) -> Kept:
        """See `Side.get`."""
        return self._kept(self._asked("get_pull_request", pullRequestId=str(number))["pullRequest"])

    def create(self, plan: PullRequestPlan) -> Kept:
        """See `Side.create`. The token makes an unheard answer come again, not a second pull request."""
        target = {
            "repositoryName": self._name,
            "sourceReference": plan.branch,
            "destinationReference": self.default_branch,
        }
        title = f"{DRAFT}{plan.title}" if plan.draft else plan.title
        token = hashlib.sha256(f"{plan.branch}\n{title}\n{plan.body}".encode()).hexdigest()
        made = self._asked(
            "create_pull_request",
            title=title,
            description=plan.body,
            targets=[target],
            clientRequestToken=token,
        )
        return self._kept(made["pullRequest"])

    def describe(self, number: int, body: str) -> None:
        """See `Side.describe`."""
        self._asked("update_pull_request_description", pullRequestId=str(number), description=body)

    def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Never asked: without labels at the host, they stand in the text (`limits.labels`)."""
        raise NotImplementedError(f"CodeCommit has no labels for {number}: {labels}")

    def comment(self, number: int, text: str) -> None:
        """See `Side.comment`."""
        pull = self._asked("get_pull_request", pullRequestId=str(number))["pullRequest"]
        target = pull["pullRequestTargets"][0]
        self._asked(
            "post_comment_for_pull_request",
            pullRequestId=str(number),
            repositoryName=self._name,
            beforeCommitId=target["destinationCommit"],
            afterCommitId=target["sourceCommit"],
            content=text,
        )

    def _of(self, branch: str, **asked: str) -> Iterator[dict[str, Any]]:
        """The pull requests from this branch among those that are asked for."""
        token: dict[str, str] = {}
        while True:
            page = self._asked("list_pull_requests", repositoryName=self._name, **asked, **token)
            for number in page["pullRequestIds"]:
                pull = self._asked("get_pull_request", pullRequestId=number)["pullRequest"]
                if pull["pullRequestTargets"][0]["sourceReference"] == f"refs/heads/{branch}":
                    yield pull
            if not page.get("nextToken"):
                return
            token = {"nextToken": page["nextToken"]}

    def _kept(self, pull: dict[str, Any]) -> Kept:
        target = pull["pullRequestTargets"][0]
        merged = target.get("mergeMetadata", {}).get("isMerged")
        state = "merged" if merged else pull["pullRequestStatus"].lower()
        number = pull["pullRequestId"]
        branch = target["sourceReference"].removeprefix("refs/heads/")
        draft = pull["title"].startswith(DRAFT)
        told = PullRequest(self._name, int(number), self._page(number), branch, state, draft)
        if state != "open":
            by, at = self._closed(number)
            told = replace(
                told, by=by, at=at, commit=target.get("mergeMetadata", {}).get("mergeCommitId", "")
            )
        return Kept(told, pull.get("description", ""))

    def _closed(self, number: str) -> tuple[str, int]:
        """Who closed or merged it last, by the name in their ARN, and when."""
        asked = {"pullRequestId": number, "pullRequestEventType": "PULL_REQUEST_STATUS_CHANGED"}
        events = self._asked("describe_pull_request_events", **asked)["pullRequestEvents"]
        last = max(events, key=lambda event: moment(event["eventDate"]), default=None)
        return (last["actorArn"].rpartition("/")[2], moment(last["eventDate"])) if last else ("", 0)

    def _page(self, number: str) -> str:
        """Where people see it."""
        region = self._client.meta.region_name
        place = f"https://{region}.console.aws.amazon.com/codesuite/codecommit/repositories/{self._name}"
        return f"{place}/pull-requests/{number}/details?region={region}"

    def _asked(self, operation: str, **asked: Any) -> dict[str, Any]:
        with translated(f"CodeCommit {operation}"):
            return dict(getattr(self._client, operation)(**asked))
