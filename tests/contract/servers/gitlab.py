"""GitLab's wire form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, jsonify, request

from infra.local.githost.objects import Repository
from infra.local.githost.pulls import Pulls
from tests.contract.servers.described import Description
from tests.contract.servers.forge import Forge, Json, made


class GitLabServer(Forge):
    """GitLab."""

    def __init__(self, root: Path, token: str) -> None:
        super().__init__(root, token, Description("gitlab"))
        self._numbered = ""
        base = "/api/v4/projects/<path:project>"
        one = f"{base}/merge_requests/<int:number>"
        for method, rule, view in (
            ("GET", base, self._project),
            ("GET", f"{base}/merge_requests", self._list),
            ("POST", f"{base}/merge_requests", self._create),
            ("GET", one, self._get),
            ("PUT", one, self._update),
            ("POST", f"{one}/notes", self._note),
        ):
            self.app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])

    def token_given(self) -> str:
        """See `Forge.token_given`."""
        return request.headers.get("PRIVATE-TOKEN", "")

    def refusal(self, said: Any) -> Json:
        """See `Forge.refusal`."""
        return {"message": said}

    def open(self, name: str) -> tuple[Repository, Pulls]:
        """See `Forge.open`. A project goes by its number, too."""
        return super().open(self._named(name))

    def _named(self, project: str) -> str:
        return self._numbered if project == "7" else project

    def _project(self, project: str) -> Json:
        repository, _ = self.open(project)
        self._numbered = project
        return {
            "id": 7,
            "path_with_namespace": project,
            "default_branch": repository.default_branch,
            "permissions": {"project_access": {"access_level": 30}, "group_access": None},
        }

    def _list(self, project: str) -> Response:
        _, pulls = self.open(project)
        branch = request.args["source_branch"]
        found = [pull for pull in pulls.all() if pull["head"] == branch]
        assert request.args["source_project_id"] == "7", "a fork's branches have the same names"
        return jsonify([self._told(project, pull) for pull in found])

    def _create(self, project: str) -> tuple[Json, int]:
        body = request.get_json()
        repository, pulls = self.open(project)
        fields = {
            "head": body["source_branch"],
            "base": body["target_branch"],
            "title": body["title"],
            "body": body.get("description", ""),
            "draft": body["title"].startswith("Draft: "),
        }
        return self._told(project, made(repository, pulls, fields)), 201

    def _get(self, project: str, number: int) -> Json:
        _, pull = self.found(project, number)
        return self._told(project, pull)

    def _update(self, project: str, number: int) -> Json:
        pulls, pull = self.found(project, number)
        body = request.get_json()
        pull["body"] = body.get("description", pull["body"])
        added = [label for label in body.get("add_labels", "").split(",") if label]
        pull["labels"] = list(dict.fromkeys([*pull["labels"], *added]))
        return self._told(project, pulls.save(pull))

    def _note(self, project: str, number: int) -> tuple[Json, int]:
        pulls, pull = self.found(project, number)
        pull["comments"].append(request.get_json()["body"])
        pulls.save(pull)
        return {"id": len(pull["comments"]), "body": pull["comments"][-1]}, 201

    def _told(self, project: str, pull: Json) -> Json:
        state = "merged" if pull.get("merged") else {"open": "opened"}.get(pull["state"], pull["state"])
        closer = {"username": pull["by"]} if pull.get("by") else None
        return {
            "merge_user": closer if state == "merged" else None,
            "merged_at": pull.get("merged"),
            "merge_commit_sha": pull.get("commit"),
            "closed_by": closer if state == "closed" else None,
            "closed_at": pull.get("closed"),
            "id": 1_000 + pull["number"],
            "iid": pull["number"],
            "project_id": 7,
            "source_project_id": 7,
            "title": pull["title"],
            "description": pull["body"],
            "state": state,
            "draft": pull["draft"],
            "source_branch": pull["head"],
            "target_branch": pull["base"],
            "labels": pull["labels"],
            "web_url": f"{self.url}/{self._named(project)}/-/merge_requests/{pull['number']}",
        }
