"""What only GitHub has: plans without drafts, Apps. What every code host does is in tests/contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Response, jsonify, request

from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from lambda_image.adapters.hosts.connecting import READING, WRITING
from lambda_image.adapters.hosts.github import connect
from lambda_image.adapters.hosts.github_app import AppTokens
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import PullRequestPlan
from tests.contract.code_hosts import REPOSITORY, create_shop
from tests.contract.servers.described import Description
from tests.contract.servers.forge import DATE, held
from tests.fakes.clock import FixedClock
from tests.fakes.local_git import git

pytestmark = pytest.mark.loopback
APP, INSTALLATION = "12345", 678
KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()


@pytest.mark.parametrize("drafts", [True, False])
def test_where_drafts_are_refused_the_title_says_draft(tmp_path: Path, *, drafts: bool) -> None:
    bare = create_shop(tmp_path)
    git(bare, "branch", "tracemend/fix-v1-a", git_empty(bare))
    plan = PullRequestPlan(REPOSITORY, "", "tracemend/fix-v1-a", "Fix the sum", "Why", ("tracemend",), ())
    with GitHost(tmp_path, token="t", drafts=drafts) as served:
        made = connect(served.url, "t")(REPOSITORY).create(plan)
        (pull,) = Pulls(bare).all()

    assert made.told.draft == drafts
    assert (pull["title"], pull["labels"]) == (
        ("Fix the sum", []) if drafts else ("Draft: Fix the sum", ["draft"])
    )


def test_a_token_that_may_not_read_issues_leaves_out_who_closed_one(tmp_path: Path) -> None:
    bare = create_shop(tmp_path)
    git(bare, "branch", "tracemend/fix-v1-a", git_empty(bare))
    plan = PullRequestPlan(REPOSITORY, "", "tracemend/fix-v1-a", "Fix the sum", "Why", (), ())
    with GitHost(tmp_path, token="t") as served:

        def forbidden(**_: object) -> tuple[Response, int]:
            return jsonify(message="Resource not accessible by personal access token"), 403

        served.app.view_functions["GET /repos/<owner>/<name>/issues/<int:number>"] = forbidden
        side = connect(served.url, "t")(REPOSITORY)
        number = side.create(plan).told.number
        told = {**(Pulls(bare).get(number) or {}), "state": "closed", "closed": DATE, "by": "ada"}
        Pulls(bare).save(told)
        closed = side.get(number).told

    assert (closed.state, closed.by) == ("closed", "")
    assert closed.at


def git_empty(bare: Path) -> str:
    """A commit on main that changes nothing."""
    return git(bare, "commit-tree", "main^{tree}", "-p", "main", "-m", "Empty").decode().strip()


class App:
    """A GitHub App on the demo's host: what it was asked for, and the tokens that it gave."""

    def __init__(self, host: GitHost) -> None:
        self.url = host.url
        self.asked: list[dict[str, str]] = []
        host.app.add_url_rule("/repos/<owner>/<name>/installation", "installed", self._installed)
        rule = "/app/installations/<int:number>/access_tokens"
        host.app.add_url_rule(rule, "token", self._token, methods=["POST"])
        # The host's own token is not the App's: it signs.
        host.app.before_request_funcs[None] = []
        self.breaches = held(host.app, Description("github"), "/repos/", "/app/")

    def _signed(self) -> bool:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return bool(jwt.decode(token, KEY.public_key(), algorithms=["RS256"])["iss"] == APP)

    def _installed(self, owner: str, name: str) -> Response | tuple[dict[str, str], int]:
        if not self._signed() or owner != "team":
            return {"message": "Not Found"}, 404
        return jsonify(id=INSTALLATION, app_id=int(APP))

    def _token(self, number: int) -> tuple[dict[str, Any], int]:
        assert self._signed()
        assert number == INSTALLATION
        self.asked.append(request.get_json()["permissions"])
        token = f"ghs_{len(self.asked)}"
        return {"token": token, "expires_at": "2099-01-01T00:00:00Z", "permissions": self.asked[-1]}, 201


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """An App that is installed for one owner; its requests are as GitHub describes them."""
    with GitHost(tmp_path) as host:
        made = App(host)
        yield made
    assert not made.breaches


def tokens(app: App, key: str = PEM, permissions: dict[str, str] = WRITING) -> AppTokens:
    """The adapter, never trying twice."""
    return AppTokens(app.url, APP, lambda: key, permissions, Retry(FixedClock(), attempts=1))


def test_an_apps_key_becomes_a_token_with_no_more_rights_than_are_used(app: App) -> None:
    assert tokens(app)(REPOSITORY) == "ghs_1"
    assert tokens(app, permissions=READING)(REPOSITORY) == "ghs_2"
    assert app.asked == [
        {"contents": "write", "metadata": "read", "pull_requests": "write"},
        {"contents": "read", "metadata": "read"},
    ]


def test_a_token_is_kept_for_all_repositories_of_its_owner(app: App) -> None:
    kept = tokens(app)

    assert [kept("team/shop"), kept("team/cart")] == ["ghs_1", "ghs_1"]


def test_an_app_that_is_not_installed_is_told(app: App) -> None:
    with pytest.raises(PermanentError, match="GitHub: Not Found"):
        tokens(app)("strangers/shop")


def test_a_secret_that_is_no_key_is_told_and_not_shown(app: App) -> None:
    with pytest.raises(PermanentError, match=f"GitHub App {APP} is not its private key") as refused:
        tokens(app, key="s3cret")(REPOSITORY)

    assert "s3cret" not in str(refused.value)
