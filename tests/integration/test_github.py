"""What only the GitHub adapter does; what every code host does is in tests/contract/test_code_host.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from infra.local.githost.pulls import Pulls
from infra.local.githost.server import GitHost
from lambda_image.adapters.github import GitHub
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.patch import FileChange, PullRequestPlan
from tests.contract.code_hosts import FILES, REPOSITORY, create_shop
from tests.fakes.clock import FixedClock
from tests.fakes.local_git import git, tree_at

pytestmark = pytest.mark.loopback
BRANCH = "tracemend/fix-v1-a"
T = TypeVar("T")


class DyingRetry(Retry):
    """Ends the invocation behind the nth call to the host."""

    def __init__(self, calls: int) -> None:
        super().__init__(FixedClock())
        self._left = calls

    def __call__(self, call: Callable[[], T]) -> T:
        """The call's result, while there are calls left."""
        if not self._left:
            raise TransientError("the invocation is over")
        self._left -= 1
        return call()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[GitHost]:
    """A git host with a shop's repository."""
    create_shop(tmp_path)
    with GitHost(tmp_path, token="t") as served:
        yield served


def client(host: GitHost, token: str = "t", retry: Retry | None = None) -> GitHub:  # noqa: S107 - the test host's
    """The adapter, never sleeping."""
    return GitHub(host.url, lambda: token, retry or Retry(FixedClock(), sleep=lambda _: None))


def bare(host: GitHost) -> Path:
    """The repository behind the host."""
    return host.root / f"{REPOSITORY}.git"


def plan(host: GitHost) -> PullRequestPlan:
    """A change of one file."""
    base = git(bare(host), "rev-parse", "main").decode().strip()
    files = (FileChange("shop/pricing.py", b"x = 1\n"),)
    return PullRequestPlan(REPOSITORY, base, BRANCH, "Fix it", "Why", ("tracemend",), files)


# An undisturbed opening of a new branch makes ten calls.
@pytest.mark.parametrize("calls", range(1, 10))
def test_a_crash_behind_any_call_leaves_what_the_next_invocation_completes(host: GitHost, calls: int) -> None:
    with pytest.raises(TransientError):
        client(host, retry=DyingRetry(calls)).open(plan(host))
    opened = client(host, retry=DyingRetry(calls=10)).open(plan(host))
    pulls = Pulls(bare(host)).all()

    assert [(pull["number"], pull["labels"]) for pull in pulls] == [(opened.number, ["tracemend"])]
    assert git(bare(host), "rev-list", "--count", f"main..{BRANCH}") == b"1\n"
    assert tree_at(bare(host), BRANCH)["shop/pricing.py"] == ("100644", b"x = 1\n")


def test_a_commit_that_holds_the_plan_is_kept_and_not_made_again(host: GitHost) -> None:
    client(host).open(plan(host))
    message = git(bare(host), "log", "-1", "--format=%B", BRANCH).decode().strip()
    earlier = {"GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}
    made = git(
        bare(host),
        *("commit-tree", f"{BRANCH}^{{tree}}", "-p", "main", "-m", message),
        environment=earlier,
    )
    git(bare(host), "update-ref", f"refs/heads/{BRANCH}", made.decode().strip())
    client(host).open(plan(host))

    assert git(bare(host), "rev-parse", BRANCH) == made


def test_a_commit_that_a_person_amended_is_kept(host: GitHost) -> None:
    client(host).open(plan(host))
    message = git(bare(host), "log", "-1", "--format=%B", BRANCH).decode().strip()
    amended = git(bare(host), "commit-tree", "main^{tree}", "-p", "main", "-m", message)
    git(bare(host), "update-ref", f"refs/heads/{BRANCH}", amended.decode().strip())
    client(host).open(plan(host))

    assert tree_at(bare(host), BRANCH)["shop/pricing.py"][1] == FILES["shop/pricing.py"]


def test_a_throttled_host_is_asked_again(host: GitHost) -> None:
    host.faults = [(503, {}), (429, {"Retry-After": "1"}), (403, {"Retry-After": "1"})]

    assert client(host).open(plan(host)).number == 1


def test_a_throttled_host_says_how_long_to_wait(host: GitHost) -> None:
    host.faults = [(429, {"Retry-After": "7"})]

    with pytest.raises(TransientError) as throttled:
        client(host, retry=Retry(FixedClock(), attempts=1)).open(plan(host))
    assert throttled.value.retry_after == 7.0


def test_a_refusal_is_told_in_the_hosts_words(host: GitHost) -> None:
    with pytest.raises(PermanentError, match="Bad credentials"):
        client(host, "wrong").open(plan(host))


def test_a_host_that_cannot_be_reached_is_transient(host: GitHost) -> None:
    wanted = plan(host)
    unheard = GitHub("http://127.0.0.1:9", lambda: "secret", Retry(FixedClock(), attempts=1))

    with pytest.raises(TransientError, match="cannot be reached") as unreached:
        unheard.open(wanted)
    assert "secret" not in str(unreached.value)


def test_where_drafts_are_refused_the_title_says_draft(tmp_path: Path) -> None:
    create_shop(tmp_path)
    with GitHost(tmp_path, token="t", drafts=False) as served:
        opened = client(served).open(replace(plan(served), title="Fix the sum"))
        (pull,) = Pulls(bare(served)).all()

    assert not opened.draft
    assert (pull["title"], pull["labels"]) == ("Draft: Fix the sum", ["draft", "tracemend"])
