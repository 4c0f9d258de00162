"""What every code host does when something goes wrong: crashes, overload, refusals, people who are faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from infra.local.githost.pulls import Pulls
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.patch import FileChange, PullRequestPlan
from tests.contract.code_hosts import FILES, SERVED, ServedStage, staged
from tests.fakes.aws_service import Refusal
from tests.fakes.clock import FixedClock
from tests.fakes.local_git import git, push_by_hand, tree_at

pytestmark = pytest.mark.loopback
BRANCH = "tracemend/fix-v1-a"
LABELS = ("tracemend", "machine-made")
HOOK = """#!/bin/sh
read old new ref
case "$ref" in refs/heads/tracemend/*) ;; *) exit 0 ;; esac
echo "You are not allowed to push code to protected branches on this project." >&2
exit 1
"""
T = TypeVar("T")


class DyingRetry(Retry):
    """Ends the invocation behind the nth step."""

    def __init__(self, steps: int) -> None:
        super().__init__(FixedClock())
        self._left = steps

    def __call__(self, call: Callable[[], T]) -> T:
        """The step's result, while there are steps left."""
        if not self._left:
            raise TransientError("the invocation is over")
        self._left -= 1
        return call()


class Interrupting(Retry):
    """Lets people act before the nth step."""

    def __init__(self, step: int, act: Callable[[], None]) -> None:
        super().__init__(FixedClock(), sleep=lambda _: None)
        self._step = step
        self._act = act

    def __call__(self, call: Callable[[], T]) -> T:
        """The step's result."""
        self._step -= 1
        if not self._step:
            self._act()
        return super().__call__(call)


@pytest.fixture(params=list(SERVED))
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServedStage]:
    """Each code host in turn."""
    with staged(request.param, tmp_path) as served:
        yield served


def plan(stage: ServedStage) -> PullRequestPlan:
    """A change of one file."""
    files = (FileChange("shop/pricing.py", b"x = 1\n"),)
    return PullRequestPlan(stage.repository, stage.base, BRANCH, "Fix it", "Why", LABELS, files)


def test_a_crash_behind_any_step_leaves_what_the_next_invocation_completes(stage: ServedStage) -> None:
    for steps in range(1, stage.served.steps):
        branch = f"{BRANCH}{steps}"
        with pytest.raises(TransientError):
            stage.with_retry(DyingRetry(steps)).open(replace(plan(stage), branch=branch))
        opened = stage.with_retry(DyingRetry(stage.served.steps)).open(replace(plan(stage), branch=branch))
        kept = [pull for pull in stage.pulls() if pull.branch == branch]

        assert [(pull.number, pull.labels) for pull in kept] == [(opened.number, list(LABELS))]
        assert git(stage.bare, "rev-list", "--count", f"main..{branch}") == b"1\n"
        assert tree_at(stage.bare, branch)["shop/pricing.py"] == ("100644", b"x = 1\n")


def test_a_commit_that_holds_the_plan_is_kept_and_not_made_again(stage: ServedStage) -> None:
    stage.host.open(plan(stage))
    before = git(stage.bare, "rev-parse", BRANCH)
    stage.host.open(plan(stage))

    assert git(stage.bare, "rev-parse", BRANCH) == before


def test_a_commit_that_a_person_amended_is_kept(stage: ServedStage) -> None:
    stage.host.open(plan(stage))
    message = git(stage.bare, "log", "-1", "--format=%B", BRANCH).decode().strip()
    amended = git(stage.bare, "commit-tree", "main^{tree}", "-p", "main", "-m", message)
    git(stage.bare, "update-ref", f"refs/heads/{BRANCH}", amended.decode().strip())
    stage.host.open(plan(stage))

    assert tree_at(stage.bare, BRANCH)["shop/pricing.py"][1] == FILES["shop/pricing.py"]


def test_a_plan_on_a_newer_commit_moves_the_branch_there(stage: ServedStage) -> None:
    first = stage.host.open(plan(stage))
    push_by_hand(stage.bare, "main", "README.md", b"# New\n")
    newer = git(stage.bare, "rev-parse", "main").decode().strip()
    second = stage.host.open(replace(plan(stage), base_commit=newer))

    assert second == first
    assert git(stage.bare, "rev-list", "--count", f"main..{BRANCH}") == b"1\n"
    assert tree_at(stage.bare, BRANCH)["README.md"][1] == b"# New\n"


def test_a_commit_pushed_between_a_look_and_a_push_is_kept(stage: ServedStage) -> None:
    """The push names what it replaces, so it is refused, and the next look finds the commit."""
    stage.host.open(plan(stage))
    hook = stage.bare / "hooks/pre-receive"
    mark = stage.bare / "once"
    mark.touch()
    # Another push overtakes this one while it is under way.
    hook.write_text(
        f"#!/bin/sh\n[ -e {mark} ] || exit 0\nrm {mark}\nunset GIT_QUARANTINE_PATH\n"
        f"git update-ref refs/heads/{BRANCH} $(git commit-tree main^{{tree}} -p {BRANCH} -m 'By hand')\n"
    )
    hook.chmod(0o755)
    for name in ("user.name", "user.email"):
        git(stage.bare, "config", name, "ada@example.com")
    other = replace(plan(stage), files=(FileChange("README.md", b"# Better\n"),))
    opened = stage.host.open(other)

    assert opened.action == "left"
    assert not mark.exists()
    assert git(stage.bare, "log", "-1", "--format=%s", BRANCH) == b"By hand\n"


def test_a_pull_request_that_another_invocation_opened_in_between_is_the_one(stage: ServedStage) -> None:
    slow = stage.with_retry(Interrupting(4, lambda: opened.append(stage.host.open(plan(stage)))))
    opened: list[object] = []
    late = slow.open(plan(stage))

    assert opened == [late]
    assert len(stage.pulls()) == 1


def test_a_branch_that_is_protected_is_told_in_the_hosts_words(stage: ServedStage) -> None:
    hook = stage.bare / "hooks/pre-receive"
    hook.write_text(HOOK)
    hook.chmod(0o755)
    with pytest.raises(PermanentError, match="not allowed to push code to protected branches") as refused:
        stage.host.open(plan(stage))

    assert BRANCH in str(refused.value)
    assert (stage.pulls(), stage.commits(BRANCH)) == ([], [])


def test_a_conflict_with_the_default_branch_is_told_with_its_files(stage: ServedStage) -> None:
    push_by_hand(stage.bare, "main", "shop/pricing.py", b"def total(items): return 0\n")
    with pytest.raises(PermanentError, match=r"main has changed since .* in shop/pricing\.py"):
        stage.host.open(plan(stage))

    assert (stage.pulls(), stage.commits(BRANCH)) == ([], [])


def test_what_changed_elsewhere_on_the_default_branch_is_no_conflict(stage: ServedStage) -> None:
    push_by_hand(stage.bare, "main", "README.md", b"# New\n")

    assert stage.host.open(plan(stage)).state == "open"


def test_no_branch_but_ours_is_pushed(stage: ServedStage) -> None:
    with pytest.raises(PermanentError, match="ours begin with tracemend/"):
        stage.host.open(replace(plan(stage), branch="main"))


def test_an_overloaded_host_is_asked_again(stage: ServedStage) -> None:
    _overload(stage, [(503, {}), (429, {"Retry-After": "1"})])

    assert stage.host.open(plan(stage)).number == 1


def test_an_overloaded_host_says_how_long_to_wait(stage: ServedStage) -> None:
    _overload(stage, [(429, {"Retry-After": "7"})])
    with pytest.raises(TransientError) as throttled:
        stage.with_retry(Retry(FixedClock(), attempts=1)).open(plan(stage))

    # AWS asks for nothing: its clients wait as they like.
    assert throttled.value.retry_after == (None if stage.served.client else 7.0)


def test_a_wrong_token_is_refused_in_the_hosts_words_and_stays_secret(stage: ServedStage) -> None:
    if stage.served.client:
        stage.served.client.answer("GetRepository", _denied)
    with pytest.raises(PermanentError, match=r"Bad credentials|401 Unauthorized|AccessDenied") as refused:
        stage.with_retry(Retry(FixedClock()), token="wr0ng").open(plan(stage))

    assert "wr0ng" not in str(refused.value)


def test_a_login_that_git_does_not_take_is_refused_and_stays_secret(stage: ServedStage) -> None:
    stage.served.authorized = lambda _: False
    with pytest.raises(PermanentError, match="git: the host does not take the login") as refused:
        stage.host.open(plan(stage))

    assert "t0ken" not in str(refused.value)


def test_nothing_secret_is_kept_in_the_clone(stage: ServedStage, tmp_path: Path) -> None:
    stage.host.open(plan(stage))
    (config,) = tmp_path.glob("cache/git/*.git/config")

    assert "t0ken" not in config.read_text()
    assert all("@" not in line for line in config.read_text().splitlines() if "url" in line)


def test_a_host_that_cannot_be_reached_is_transient(stage: ServedStage) -> None:
    if stage.served.client:
        stage.served.client.unreachable()
    else:
        stage.served.access = replace(stage.served.access, url="http://127.0.0.1:9")
    with pytest.raises(TransientError) as unreached:
        stage.with_retry(Retry(FixedClock(), attempts=1)).open(plan(stage))

    assert "t0ken" not in str(unreached.value)


def test_the_numbers_of_pull_requests_are_those_of_the_host(stage: ServedStage) -> None:
    opened = stage.host.open(plan(stage))

    assert Pulls(stage.bare).get(opened.number)


def _overload(stage: ServedStage, faults: list[tuple[int, dict[str, str]]]) -> None:
    """The next requests are answered so; GitHub's host counts requests that write alone."""
    if not stage.served.client:
        stage.served.faults.extend(faults)
        return
    real = stage.served.client.take("ListPullRequests")
    left = list(faults)

    def answer(asked: object) -> object:
        if left:
            status, _ = left.pop(0)
            raise Refusal("ThrottlingException" if status == 429 else "InternalFailure", status=status)
        return real(asked)

    stage.served.client.answer("ListPullRequests", answer)


def _denied(_: object) -> dict[str, object]:
    raise Refusal("AccessDeniedException", "not authorized to perform: codecommit:GetRepository")
