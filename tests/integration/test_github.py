"""Pull requests through the real client, over a real repository: one per branch, whatever is repeated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.demo.history import create_repository, git
from infra.local.githost.server import GitHost
from lambda_image.adapters.github import GitHub
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import FileChange, PullRequestPlan
from tests.fakes.clock import FixedClock

pytestmark = pytest.mark.loopback
BRANCH = "tracemend/fix-v1-a"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[GitHost]:
    """A git host with the demo's repository."""
    (tmp_path / "team").mkdir()
    create_repository(tmp_path / "team/checkout.git")
    with GitHost(tmp_path, token="t") as served:
        yield served


def client(host: GitHost, token: str = "t") -> GitHub:  # noqa: S107 - the test host's
    """The adapter, never sleeping."""
    return GitHub(host.url, lambda: token, Retry(FixedClock(), sleep=lambda _: None))


def plan(host: GitHost) -> PullRequestPlan:
    """A change with bytes, a mode and a name that are easy to get wrong."""
    base = git(host.root / "team/checkout.git", "rev-parse", "main")
    files = (
        FileChange("checkout/pricing.py", b"x = 1\n"),
        FileChange("tests/t\u00fcst.py", b"\x00", "100755"),
    )
    return PullRequestPlan("team/checkout", base, BRANCH, "Fix it", "body", ("tracemend",), files)


def test_the_same_plan_twice_is_one_draft_with_one_commit(host: GitHost) -> None:
    first, second = client(host).open(plan(host)), client(host).open(plan(host))
    bare = host.root / "team/checkout.git"

    assert first == second
    assert (first.draft, first.state, first.branch) == (True, "open", BRANCH)
    assert git(bare, "rev-list", "--count", f"main..{BRANCH}") == "1"
    assert git(bare, "diff", "--name-only", "-z", "main", BRANCH).rstrip("\0").split("\0") == [
        "checkout/pricing.py",
        "tests/t\u00fcst.py",
    ]


def test_a_throttled_host_is_asked_again(host: GitHost) -> None:
    host.faults = [(503, {}), (429, {"Retry-After": "1"})]

    assert client(host).open(plan(host)).number == 1


def test_a_refusal_is_told_in_the_hosts_words(host: GitHost) -> None:
    with pytest.raises(PermanentError, match="Bad credentials"):
        client(host, "wrong").open(plan(host))


def test_where_drafts_are_refused_the_title_says_draft(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    create_repository(tmp_path / "team/checkout.git")
    with GitHost(tmp_path, token="t", drafts=False) as served:
        opened = client(served).open(plan(served))

    assert not opened.draft
    assert '"title": "Draft: Fix it"' in (tmp_path / "team/checkout.pulls.json").read_text()
