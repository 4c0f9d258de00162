"""CodeCommit behind botocore's model of it."""

from __future__ import annotations

from pathlib import Path

from infra.local.githost.objects import Repository
from infra.local.githost.pulls import Pulls
from lambda_image.adapters.hosts.answers import moment
from tests.contract.servers.forge import Json, Refused, made
from tests.fakes.aws_service import Asked, Refusal, StandIn


class CodeCommitService(StandIn):
    """CodeCommit, whose pages hold one pull request each."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            "codecommit",
            {
                "GetRepository": self._repository,
                "ListPullRequests": self._list,
                "GetPullRequest": lambda asked: {"pullRequest": self._found(asked)},
                "CreatePullRequest": self._create,
                "UpdatePullRequestDescription": self._describe,
                "PostCommentForPullRequest": self._comment,
                "DescribePullRequestEvents": self._events,
            },
        )
        self._root = root
        self._author = "arn:aws:sts::123456789012:assumed-role/repair/repair"

    def get_caller_identity(self) -> Json:
        """As a client of STS."""
        return {"Arn": self._author}

    def _open(self, name: str) -> tuple[Repository, Pulls]:
        path = self._root / f"{name}.git"
        if not path.is_dir():
            raise Refusal("RepositoryDoesNotExistException", f"{name} does not exist")
        return Repository(path), Pulls(path)

    @property
    def _only(self) -> Pulls:
        """The pull requests of the one repository: CodeCommit numbers them across an account."""
        (path,) = self._root.glob("*.git")
        return Pulls(path)

    def _repository(self, asked: Asked) -> Json:
        repository, _ = self._open(asked["repositoryName"])
        about = {"repositoryName": asked["repositoryName"], "defaultBranch": repository.default_branch}
        return {"repositoryMetadata": about}

    def _list(self, asked: Asked) -> Json:
        _, pulls = self._open(asked["repositoryName"])
        wanted = asked.get("pullRequestStatus")
        if asked.get("authorArn", self._author) != self._author:
            return {"pullRequestIds": []}
        found = [str(pull["number"]) for pull in pulls.all() if _status(pull) == wanted]
        start = int(asked.get("nextToken", 0))
        more = {"nextToken": str(start + 1)} if start + 1 < len(found) else {}
        return {"pullRequestIds": found[start : start + 1], **more}

    def _kept(self, asked: Asked) -> Json:
        pull = self._only.get(int(asked["pullRequestId"]))
        if pull is None:
            raise Refusal("PullRequestDoesNotExistException")
        return pull

    def _found(self, asked: Asked) -> Json:
        return self._told(self._kept(asked))

    def _create(self, asked: Asked) -> Json:
        (target,) = asked["targets"]
        repository, pulls = self._open(target["repositoryName"])
        token = asked["clientRequestToken"]
        if same := next((pull for pull in pulls.all() if pull.get("token") == token), None):
            return {"pullRequest": self._told(same)}
        fields = {
            "head": target["sourceReference"],
            "base": target["destinationReference"],
            "title": asked["title"],
            "body": asked.get("description", ""),
            "draft": asked["title"].startswith("Draft: "),
            "repository": target["repositoryName"],
            "token": token,
        }
        try:
            return {"pullRequest": self._told(made(repository, pulls, fields))}
        except Refused as refused:
            raise Refusal("ReferenceDoesNotExistException", str(refused)) from refused

    def _describe(self, asked: Asked) -> Json:
        pull = self._kept(asked) | {"body": asked["description"]}
        return {"pullRequest": self._told(self._only.save(pull))}

    def _comment(self, asked: Asked) -> Json:
        pull = self._kept(asked)
        assert asked["beforeCommitId"] != asked["afterCommitId"]
        pull["comments"].append(asked["content"])
        self._only.save(pull)
        return {"pullRequestId": asked["pullRequestId"]}

    def _events(self, asked: Asked) -> Json:
        pull = self._kept(asked)
        event = {
            "pullRequestId": asked["pullRequestId"],
            "eventDate": moment(pull.get("merged") or pull["closed"]) / 1_000,
            "pullRequestEventType": asked["pullRequestEventType"],
            "actorArn": f"arn:aws:sts::123456789012:assumed-role/team/{pull['by']}",
        }
        return {"pullRequestEvents": [event]}

    def _told(self, pull: Json) -> Json:
        repository, _ = self._open(pull["repository"])
        target = {
            "repositoryName": pull["repository"],
            "sourceReference": f"refs/heads/{pull['head']}",
            "destinationReference": f"refs/heads/{pull['base']}",
            "sourceCommit": repository.branch(pull["head"]) or "0" * 40,
            "destinationCommit": repository.branch(pull["base"]),
            "mergeMetadata": {
                "isMerged": bool(pull.get("merged")),
                **({"mergeCommitId": pull["commit"]} if pull.get("commit") else {}),
            },
        }
        return {
            "pullRequestId": str(pull["number"]),
            "title": pull["title"],
            "description": pull["body"],
            "pullRequestStatus": _status(pull),
            "authorArn": self._author,
            "pullRequestTargets": [target],
        }


def _status(pull: Json) -> str:
    return str(pull["state"]).upper()
