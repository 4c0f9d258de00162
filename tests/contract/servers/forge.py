"""What the code hosts on loopback have in common: a real bare repository, a description, a token, faults.

What git does not know is kept as the demo's git host keeps it. GitHub is that host itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from infra.local.githost.objects import Repository
from infra.local.githost.pulls import Pulls
from infra.local.served import Served
from tests.contract.servers.described import Description

Json = dict[str, Any]
DATE = "2026-11-23T10:00:00Z"


def held(app: Flask, description: Description, *roots: str) -> list[str]:
    """What every request below `roots` breaks of a description, from now on."""
    breaches: list[str] = []

    def hold() -> None:
        path = request.environ["REQUEST_URI"].partition("?")[0]
        if path.startswith(roots):
            asked = request.args.to_dict(flat=False)
            found = description.breaches(request.method, path, asked, request.get_data())
            breaches.extend(f"{request.method} {path}: {each}" for each in found)

    app.before_request_funcs.setdefault(None, []).insert(0, hold)
    return breaches


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, said: Any) -> None:
        super().__init__(str(said))
        self.status = status
        self.said = said


class Forge(Served):
    """A server while the context is open; `faults` (status, headers) answer the next requests."""

    def __init__(self, root: Path, token: str, description: Description) -> None:
        self.root = root
        self.faults: list[tuple[int, dict[str, str]]] = []
        self._token = token
        self.app = Flask(type(self).__name__)
        self.app.before_request(self._admit)
        self.app.register_error_handler(Refused, lambda error: (self.refusal(error.said), error.status))
        self.app.register_error_handler(404, lambda _: (self.refusal("404 Not Found"), 404))
        self.breaches = held(self.app, description, "/")
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def token_given(self) -> str:
        """What a request was sent with. Abstract: each host says how."""
        raise NotImplementedError

    def refusal(self, said: Any) -> Json:
        """An error as this host writes it. Abstract, likewise."""
        raise NotImplementedError

    def open(self, name: str) -> tuple[Repository, Pulls]:
        """A repository, and its pull requests."""
        path = self.root / f"{name}.git"
        if not path.is_dir():
            raise Refused(404, f"404 Not Found: {name}")
        return Repository(path), Pulls(path)

    def found(self, name: str, number: int) -> tuple[Pulls, Json]:
        """A pull request."""
        _, pulls = self.open(name)
        pull = pulls.get(number)
        if pull is None:
            raise Refused(404, "404 Not Found")
        return pulls, pull

    def _admit(self) -> Response | None:
        if self.token_given() != self._token:
            raise Refused(401, "401 Unauthorized")
        if self.faults:
            status, headers = self.faults.pop(0)
            answer = jsonify(self.refusal(f"fault {status}"))
            answer.status_code = status
            answer.headers.update(headers)
            return answer
        return None


def made(repository: Repository, pulls: Pulls, fields: Json) -> Json:
    """A new pull request from and into branches that are there, one open at a time."""
    head, base = (repository.branch(fields[side]) for side in ("head", "base"))
    if head is None or base is None:
        raise Refused(400, "a branch does not exist")
    if not repository.ahead(base, head):
        raise Refused(400, "there are no changes")
    if any((pull["state"], pull["head"]) == ("open", fields["head"]) for pull in pulls.all()):
        raise Refused(409, f"Another open merge request already exists for this source branch: {head}")
    return pulls.save({"labels": [], "comments": [], "state": "open", "draft": False, **fields})
