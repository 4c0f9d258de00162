"""What every code host does: in memory, and at each host's API over a real bare repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lambda_image.adapters.hosts.answers import moment
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.patch import FileChange, PullRequest, PullRequestPlan
from tests.contract.code_hosts import FILES, PERSON, SERVED, MemoryStage, Stage, staged
from tests.contract.servers.forge import DATE

BRANCH = "tracemend/fix-v1-a"
LABELS = ["tracemend", "machine-made"]
HOSTS = ["memory", *(pytest.param(kind, marks=pytest.mark.loopback) for kind in SERVED)]
# Elsewhere labels stand in the text, which is ours.
LABELLED = ["memory", *(pytest.param(kind, marks=pytest.mark.loopback) for kind in ("github", "gitlab"))]


@pytest.fixture(params=HOSTS)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Each code host in turn."""
    if request.param == "memory":
        yield MemoryStage()
        return
    with staged(request.param, tmp_path) as served:
        yield served


def plan(stage: Stage, *files: FileChange) -> PullRequestPlan:
    """A change of the pricing, or of other files."""
    changes = files or (FileChange("shop/pricing.py", b"fixed\n"),)
    return PullRequestPlan(stage.repository, stage.base, BRANCH, "Fix it", "Why", tuple(LABELS), changes)


def ended(stage: Stage, opened: PullRequest, state: str) -> PullRequest:
    """What is told of it once a person closed or merged it."""
    commit = stage.base if state == "merged" else ""
    return replace(opened, state=state, by=PERSON, at=moment(DATE), commit=commit)


def test_a_plan_becomes_one_labelled_draft(stage: Stage) -> None:
    opened = stage.host.open(plan(stage))
    kept = stage.pulls()

    assert (opened.repository, opened.branch, opened.state, opened.draft) == (
        stage.repository,
        BRANCH,
        "open",
        True,
    )
    assert opened.url == stage.page(opened.number)
    assert [(pull.number, pull.branch, pull.title, pull.body, pull.draft) for pull in kept] == [
        (opened.number, BRANCH, "Fix it", "Why", True)
    ]
    assert kept[0].labels == LABELS


def test_the_branch_is_one_commit_with_the_base_and_the_planned_files(stage: Stage) -> None:
    added = FileChange("tests/t\u00fcst a.py", b"\x00\xff")
    stage.host.open(plan(stage, FileChange("shop/pricing.py", b"fixed\n"), added))
    (tree,) = stage.commits(BRANCH)

    assert {path: content for path, (_, content) in tree.items()} == {
        **FILES,
        "shop/pricing.py": b"fixed\n",
        "tests/t\u00fcst a.py": b"\x00\xff",
    }


def test_deletions_and_modes_are_kept(stage: Stage) -> None:
    files = (
        FileChange("shop/unused.py", None),
        FileChange("shop/pricing.py", b"#!/usr/bin/env python3\n", "100755"),
    )
    stage.host.open(plan(stage, *files))
    (tree,) = stage.commits(BRANCH)

    assert {path: mode for path, (mode, _) in tree.items()} == {
        "README.md": "100644",
        "bin/serve": "100755",
        "shop/pricing.py": "100755",
    }


def test_texts_that_are_too_long_are_cut(stage: Stage) -> None:
    opened = stage.host.open(replace(plan(stage), title="t" * 1_000, body="b" * 2_000_000))
    stage.host.comment(opened, "c" * 2_000_000)
    (kept,) = stage.pulls()

    assert kept.labels == LABELS
    assert set(kept.title) == {"t"}
    assert kept.body.startswith("bbb")
    assert kept.comments[0].startswith("ccc")


def test_the_same_plan_again_changes_nothing(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    before = (stage.commits(BRANCH), stage.pulls())
    second = stage.host.open(plan(stage))

    assert first == second
    assert (stage.commits(BRANCH), stage.pulls()) == before


def test_another_plan_for_the_branch_takes_the_place_of_the_first(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    better = replace(plan(stage, FileChange("README.md", b"# Better\n")), body="Why, better")
    second = stage.host.open(better)
    (tree,) = stage.commits(BRANCH)

    assert second == first
    assert tree["README.md"][1] == b"# Better\n"
    assert tree["shop/pricing.py"][1] == FILES["shop/pricing.py"]
    assert [pull.body for pull in stage.pulls()] == ["Why, better"]


def test_the_commits_that_people_added_are_never_overwritten(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    stage.push(BRANCH, "README.md", b"# By hand\n")
    before = (stage.commits(BRANCH), stage.pulls())
    again = stage.host.open(plan(stage))
    other = stage.host.open(replace(plan(stage, FileChange("README.md", b"# Better\n")), body="Other"))

    assert (again, other) == (first, first)
    assert (stage.commits(BRANCH), stage.pulls()) == before


def test_plans_of_two_branches_are_two_pull_requests(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    second = stage.host.open(replace(plan(stage), branch="tracemend/fix-v1-b"))

    assert [pull.number for pull in stage.pulls()] == [first.number, second.number]
    assert stage.commits(BRANCH) == stage.commits("tracemend/fix-v1-b")


def test_a_branch_without_its_pull_request_gets_it(stage: Stage) -> None:
    stage.host.open(plan(stage))
    stage.lose_pulls()
    opened = stage.host.open(plan(stage))

    assert [(pull.number, pull.labels) for pull in stage.pulls()] == [(opened.number, LABELS)]
    assert len(stage.commits(BRANCH)) == 1


@pytest.mark.parametrize("stage", LABELLED, indirect=True)
def test_a_pull_request_without_its_labels_gets_them_beside_those_of_people(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    stage.edit(first.number, labels=["urgent"])
    second = stage.host.open(plan(stage))

    assert second == first
    assert [pull.labels for pull in stage.pulls()] == [["urgent", *LABELS]]


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_what_people_closed_is_reported_and_left_alone(stage: Stage, state: str) -> None:
    first = stage.host.open(plan(stage))
    stage.edit(first.number, state=state)
    before = stage.commits(BRANCH)
    again = stage.host.open(plan(stage, FileChange("README.md", b"# Another try\n")))

    assert again == ended(stage, first, state)
    assert [pull.state for pull in stage.pulls()] == [state]
    assert stage.commits(BRANCH) == before


def test_a_pull_request_tells_its_state_who_ended_it_and_when(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    second = stage.host.open(replace(plan(stage), branch="tracemend/fix-v1-b"))
    assert stage.host.state(first) == first

    stage.edit(first.number, state="closed")
    stage.edit(second.number, state="merged")
    assert stage.host.state(first) == ended(stage, first, "closed")
    assert stage.host.state(second) == ended(stage, second, "merged")


def test_the_state_of_what_is_not_there_is_refused_for_good(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    with pytest.raises(PermanentError, match=r"(?i)not found|does not exist|DoesNotExist"):
        stage.host.state(replace(first, number=99))


def test_a_comment_is_added_to_its_pull_request(stage: Stage) -> None:
    first = stage.host.open(plan(stage))
    second = stage.host.open(replace(plan(stage), branch="tracemend/fix-v1-b"))
    stage.host.comment(second, "Seen **again**")
    stage.host.comment(second, "And again")

    assert [pull.comments for pull in stage.pulls()] == [[], ["Seen **again**", "And again"]]
    assert stage.host.state(first) == first


def test_an_unknown_repository_is_refused_for_good(stage: Stage) -> None:
    nowhere = stage.repository.replace("shop", "nowhere")
    with pytest.raises(PermanentError, match=r"(?i)not found|does not exist"):
        stage.host.open(replace(plan(stage), repository=nowhere))


def test_an_unknown_base_commit_is_refused_and_leaves_nothing(stage: Stage) -> None:
    with pytest.raises(PermanentError):
        stage.host.open(replace(plan(stage), base_commit="0" * 40))

    assert (stage.commits(BRANCH), stage.pulls()) == ([], [])
