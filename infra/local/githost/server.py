"""The HTTP side: routes, token, and GitHub's shapes for answers and errors."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from infra.local.githost import shapes
from infra.local.githost.objects import GitError, Repository
from infra.local.githost.page import page
from infra.local.githost.pulls import Pulls
from infra.local.served import Served

Json = dict[str, Any]


class Refusal(Exception):
    """An answer of the API that is an error, with GitHub's own sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class GitHost(Served):
    """Serves what stands beside the bare repositories `root/owner/name.git`, while the context is open.

    `faults` are (status, headers) pairs that answer the next writes in place of the real thing;
    `drafts` False refuses draft pull requests, as some plans of GitHub do.
    """

    def __init__(self, root: Path, token: str = "", *, drafts: bool = True) -> None:
        self.root = root
        self.faults: list[tuple[int, dict[str, str]]] = []
        self._token = token
        self._drafts = drafts
        self._writing = threading.Lock()
        self.app = self._app()
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def clone_url(self, owner: str, name: str) -> str:
        """What `git clone` takes."""
        return str(self.root / owner / f"{name}.git")

    def _app(self) -> Flask:
        app = Flask("githost")
        repo = "/repos/<owner>/<name>"
        routes: list[tuple[str, str, Any]] = [
            ("GET", repo, self._repository),
            ("GET", f"{repo}/pulls", self._list_pulls),
            ("POST", f"{repo}/pulls", self._create_pull),
            ("GET", f"{repo}/pulls/<int:number>", self._get_pull),
            ("PATCH", f"{repo}/pulls/<int:number>", self._edit_pull),
            ("GET", f"{repo}/issues/<int:number>", self._issue),
            ("POST", f"{repo}/issues/<int:number>/labels", self._add_labels),
            ("GET", f"{repo}/issues/<int:number>/comments", self._list_comments),
            ("POST", f"{repo}/issues/<int:number>/comments", self._create_comment),
        ]
        for method, rule, view in routes:
            app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        app.add_url_rule("/<owner>/<name>/pull/<int:number>", "page", self._page)
        app.before_request(self._admit)
        app.register_error_handler(Refusal, self._refused)
        app.register_error_handler(GitError, lambda error: (jsonify(message=str(error)), 422))
        app.register_error_handler(
            HTTPException, lambda error: (jsonify(message="Not Found"), error.code or 404)
        )
        return app

    def _admit(self) -> Response | None:
        """The token, and a fault if one is due."""
        if not request.path.startswith("/repos/"):
            return None
        given = request.headers.get("Authorization", "").partition(" ")[2]
        if given != self._token:
            raise Refusal(401, "Bad credentials")
        if request.method != "GET" and self.faults:
            status, headers = self.faults.pop(0)
            answer = jsonify(message=f"fault {status}")
            answer.status_code = status
            answer.headers.update(headers)
            return answer
        return None

    def _refused(self, error: Refusal) -> tuple[Response, int]:
        return jsonify(message=str(error), documentation_url="https://docs.github.com/rest"), error.status

    def _open(self, owner: str, name: str) -> Repository:
        path = self.root / owner / f"{name}.git"
        if not path.is_dir():
            raise Refusal(404, "Not Found")
        return Repository(path)

    def _repository(self, owner: str, name: str) -> Json:
        found = self._open(owner, name)
        return shapes.repository(_api(), self.url, f"{owner}/{name}", found.default_branch)

    def _list_pulls(self, owner: str, name: str) -> Response:
        head, state = request.args.get("head", ""), request.args.get("state", "open")
        pulls = [
            pull
            for pull in self._pulls(owner, name)
            if state in ("all", pull["state"]) and head in ("", f"{owner}:{pull['head']}")
        ]
        return jsonify([self._pull(owner, name, pull) for pull in pulls])

    def _create_pull(self, owner: str, name: str) -> tuple[Json, int]:
        body = _body("title", "head", "base")
        found = self._open(owner, name)
        head, base = found.branch(body["head"]), found.branch(body["base"])
        if head is None or base is None:
            raise Refusal(422, "Validation Failed: head or base is invalid")
        if not found.ahead(base, head):
            raise Refusal(422, f"No commits between {body['base']} and {body['head']}")
        if body.get("draft") and not self._drafts:
            raise Refusal(422, "Draft pull requests are not supported in this repository.")
        with self._writing:
            pulls = Pulls(found.path)
            if any(pull["state"] == "open" and pull["head"] == body["head"] for pull in pulls.all()):
                raise Refusal(422, f"A pull request already exists for {owner}:{body['head']}.")
            fields = {key: body.get(key, "") for key in ("title", "body", "head", "base")}
            made = {**fields, "draft": bool(body.get("draft")), "state": "open", "labels": [], "comments": []}
            return self._pull(owner, name, pulls.save(made)), 201

    def _get_pull(self, owner: str, name: str, number: int) -> Json:
        return self._pull(owner, name, self._found(owner, name, number))

    def _edit_pull(self, owner: str, name: str, number: int) -> Json:
        pull = self._found(owner, name, number)
        pull |= {key: value for key, value in _body().items() if key in {"title", "body", "state"}}
        with self._writing:
            return self._pull(owner, name, Pulls(self._open(owner, name).path).save(pull))

    def _issue(self, owner: str, name: str, number: int) -> Json:
        return shapes.issue(self._repository(owner, name), self._found(owner, name, number))

    def _found(self, owner: str, name: str, number: int) -> Json:
        pull = next((each for each in self._pulls(owner, name) if each["number"] == number), None)
        if pull is None:
            raise Refusal(404, "Not Found")
        return pull

    def _pulls(self, owner: str, name: str) -> list[Json]:
        """All pull requests; who pushes a branch's commits to its base has merged it."""
        found = self._open(owner, name)
        with self._writing:
            kept = Pulls(found.path)
            for pull in kept.all():
                head, base = (found.branch(pull[side]) for side in ("head", "base"))
                if pull["state"] == "open" and head and base and not found.ahead(base, head):
                    told = found.git("log", "-1", "--format=%cI%x00%cn", base).decode().strip().split("\0")
                    kept.save({**pull, "state": "closed", "merged": told[0], "by": told[1], "commit": base})
            return kept.all()

    def _pull(self, owner: str, name: str, pull: Json) -> Json:
        found = self._open(owner, name)
        heads = {side: found.branch(pull[side]) for side in ("head", "base")}
        return shapes.pull(self.url, self._repository(owner, name), pull, heads)

    def _add_labels(self, owner: str, name: str, number: int) -> Response:
        pull = self._found(owner, name, number)
        body = _body("labels")
        pull["labels"] = list(dict.fromkeys([*pull["labels"], *body["labels"]]))
        with self._writing:
            Pulls(self._open(owner, name).path).save(pull)
        return jsonify([{"name": label} for label in pull["labels"]])

    def _list_comments(self, owner: str, name: str, number: int) -> Response:
        comments = self._found(owner, name, number)["comments"]
        return jsonify([{"id": at, "body": text} for at, text in enumerate(comments, start=1)])

    def _create_comment(self, owner: str, name: str, number: int) -> tuple[Json, int]:
        pull = self._found(owner, name, number)
        pull["comments"].append(_body("body")["body"])
        with self._writing:
            Pulls(self._open(owner, name).path).save(pull)
        return {"id": len(pull["comments"]), "body": pull["comments"][-1]}, 201

    def _page(self, owner: str, name: str, number: int) -> str:
        pull = self._found(owner, name, number)
        found = self._open(owner, name)
        head = found.branch(pull["head"])
        return page(pull, found.diff(pull["base"], head) if head else "the branch is gone")


def _api() -> str:
    """The address under which this client reaches the API: a proxy may stand between."""
    return request.host_url.rstrip("/")


def _body(*required: str) -> Json:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400)
    missing = [name for name in required if name not in body]
    if missing:
        raise Refusal(422, f"Invalid request.\n\n{', '.join(missing)} wasn't supplied.")
    return body
