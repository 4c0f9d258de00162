"""Bitbucket Cloud's wire form."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Response, request

from tests.contract.servers.described import Description
from tests.contract.servers.forge import DATE, Forge, Json, Refused, made


class BitbucketServer(Forge):
    """Bitbucket Cloud."""

    def __init__(self, root: Path, token: str) -> None:
        super().__init__(root, token, Description("bitbucket"))
        base = "/2.0/repositories/<workspace>/<slug>"
        for method, rule, view in (
            ("GET", base, self._repository),
            ("GET", f"{base}/pullrequests", self._list),
            ("POST", f"{base}/pullrequests", self._create),
            ("GET", f"{base}/pullrequests/<int:number>", self._get),
            ("PUT", f"{base}/pullrequests/<int:number>", self._update),
            ("POST", f"{base}/pullrequests/<int:number>/comments", self._comment),
        ):
            self.app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        self.scopes = "pullrequest:write, repository:write"
        self.app.after_request(self._scoped)

    def token_given(self) -> str:
        """See `Forge.token_given`."""
        return request.headers.get("Authorization", "").removeprefix("Bearer ")

    def refusal(self, said: Any) -> Json:
        """See `Forge.refusal`."""
        return {"type": "error", "error": {"message": str(said)}}

    def _scoped(self, answer: Response) -> Response:
        answer.headers["X-OAuth-Scopes"] = self.scopes
        return answer

    def _repository(self, workspace: str, slug: str) -> Json:
        repository, _ = self.open(f"{workspace}/{slug}")
        branch = {"type": "branch", "name": repository.default_branch}
        return {"type": "repository", "full_name": f"{workspace}/{slug}", "mainbranch": branch}

    def _list(self, workspace: str, slug: str) -> Json:
        _, pulls = self.open(f"{workspace}/{slug}")
        asked = re.fullmatch(
            r'source\.branch\.name = "([^"]+)" AND source\.repository\.full_name = "([^"]+)"',
            request.args["q"],
        )
        assert asked, request.args["q"]
        assert asked[2] == f"{workspace}/{slug}"
        states = request.args.getlist("state") or ["OPEN"]
        told = [self._told(workspace, slug, pull) for pull in pulls.all() if pull["head"] == asked[1]]
        return {"pagelen": 10, "values": [each for each in told if each["state"] in states]}

    def _create(self, workspace: str, slug: str) -> tuple[Json, int]:
        body = request.get_json()
        repository, pulls = self.open(f"{workspace}/{slug}")
        fields = {
            "head": body["source"]["branch"]["name"],
            "base": body["destination"]["branch"]["name"],
            "title": body["title"],
            "body": body.get("description", ""),
            "draft": body.get("draft", False),
        }
        return self._told(workspace, slug, made(repository, pulls, fields)), 201

    def _get(self, workspace: str, slug: str, number: int) -> Json:
        _, pull = self.found(f"{workspace}/{slug}", number)
        return self._told(workspace, slug, pull)

    def _update(self, workspace: str, slug: str, number: int) -> Json:
        pulls, pull = self.found(f"{workspace}/{slug}", number)
        if pull["state"] != "open":
            raise Refused(400, "Only open pull requests can be mutated")
        pull["body"] = request.get_json()["description"]
        return self._told(workspace, slug, pulls.save(pull))

    def _comment(self, workspace: str, slug: str, number: int) -> tuple[Json, int]:
        pulls, pull = self.found(f"{workspace}/{slug}", number)
        pull["comments"].append(request.get_json()["content"]["raw"])
        pulls.save(pull)
        return {"type": "pullrequest_comment", "id": len(pull["comments"])}, 201

    def _told(self, workspace: str, slug: str, pull: Json) -> Json:
        state = "MERGED" if pull.get("merged") else {"closed": "DECLINED"}.get(pull["state"], "OPEN")
        page = f"{self.url}/{workspace}/{slug}/pull-requests/{pull['number']}"
        return {
            "type": "pullrequest",
            "id": pull["number"],
            "title": pull["title"],
            "summary": {"raw": pull["body"], "markup": "markdown"},
            "state": state,
            "updated_on": pull.get("merged") or pull.get("closed") or DATE,
            "closed_by": {"nickname": pull["by"]} if pull.get("by") else None,
            "merge_commit": {"hash": pull["commit"]} if pull.get("commit") else None,
            "draft": pull["draft"],
            "source": {"branch": {"name": pull["head"]}},
            "destination": {"branch": {"name": pull["base"]}},
            "links": {"html": {"href": page}},
        }
