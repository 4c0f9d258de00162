"""Which commit is read, how much of its history, and its index: from real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_image.adapters.git.clones import Clones
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.adapters.git.source import GitSource
from lambda_image.adapters.rollouts import Rollouts
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError
from lambda_image.domain.evidence import Deployed, RepositoryMapping, Revision
from tests.fakes.local_git import LocalGit
from tests.fakes.source import SPLITTER
from tests.integration.test_git_source import CAP, GROUP, LONGER, PRICING, shop, source

__all__ = ["shop"]


def deployed_as(shop: LocalGit, *refs: str) -> GitSource:
    """The adapter where AWS names these refs."""
    mapping = RepositoryMapping("*", str(shop.path), "team/shop")
    clones = Shallow(Clones((mapping,), shop.path.parent / "cache"), CAP)
    named = [Deployed(ref, f"tag {number}") for number, ref in enumerate(refs)]
    return GitSource(clones, SPLITTER, lambda *_: named)


def test_what_is_named_as_deployed_is_read(shop: LocalGit) -> None:
    commit = shop.git("rev-parse", "v1")
    code = deployed_as(shop, "v0-unknown", commit[:8])
    revision = code.revision(GROUP, "stream")

    assert (revision.commit, revision.how) == (commit, "tag 1")
    assert code.read(revision, "shop/pricing.py") == PRICING


def test_a_deployed_commit_that_nobody_has_pushed_is_said(shop: LocalGit) -> None:
    revision = deployed_as(shop, "1" * 40).revision(GROUP)

    assert revision.commit == shop.git("rev-parse", "main")
    assert revision.how.startswith(
        "the default branch; the deployed commit is not in the repository: tag 0 is 1"
    )


def test_a_right_that_is_missing_is_said(shop: LocalGit) -> None:
    def denied(*_: str) -> tuple[Deployed, ...]:
        raise PermanentError("lambda get_function: AccessDenied")

    mapping = RepositoryMapping("*", str(shop.path), "team/shop")
    code = GitSource(Shallow(Clones((mapping,), shop.path.parent / "cache"), CAP), SPLITTER, denied)

    assert code.revision(GROUP).how == (
        "the default branch; the deployed commit could not be asked for: lambda get_function: AccessDenied"
    )


def test_whether_a_merge_is_in_what_runs_is_told_by_its_history(shop: LocalGit) -> None:
    fix = shop.commit({"shop/pricing.py": LONGER}, "Merge it")
    later = shop.commit({"docs/other.md": b"x"}, "Other")
    code = deployed_as(shop, fix[:9])
    running = code.revision(GROUP)
    before, after = (Revision("team/shop", shop.git("rev-parse", ref), "") for ref in ("v1", later))

    assert [code.contains(each, fix[:12]) for each in (before, running, after)] == [False, True, True]
    assert running.named
    assert not source(shop).revision(GROUP).named
    with pytest.raises(EvidenceUnavailable):
        code.contains(after, "1" * 40)


def test_a_merge_behind_the_fetched_history_is_found_by_fetching_all_of_it(
    shop: LocalGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambda_image.adapters.git.shallow.DEPTH", 1)
    first = shop.git("rev-parse", "v1")
    shop.git("checkout", "--quiet", "-b", "side", "v1")
    aside = shop.commit({"docs/side.md": b"x"}, "Aside")
    shop.git("checkout", "--quiet", "main")
    running = Revision("team/shop", shop.git("rev-parse", "main"), "")
    code = source(shop)

    assert code.contains(running, first)
    assert not code.contains(running, aside)


def test_what_runs_is_asked_by_the_newest_log_stream(shop: LocalGit) -> None:
    asked: list[tuple[str, str]] = []

    def deployed(group: str, stream: str) -> list[Deployed]:
        asked.append((group, stream))
        return [Deployed("v1", "tag")] if stream == "new" else []

    def denied(_: str) -> str:
        raise PermanentError("logs describe_log_streams: AccessDenied")

    mapping = RepositoryMapping("*", str(shop.path), "team/shop")
    code = GitSource(Shallow(Clones((mapping,), shop.path.parent / "cache"), CAP), SPLITTER, deployed)
    running = Rollouts(code, lambda _: "new").running(GROUP)

    assert asked == [(GROUP, "new")]
    assert running
    assert running.commit == shop.git("rev-parse", "v1")
    assert Rollouts(code, lambda _: "").running(GROUP) is None
    with pytest.raises(EvidenceUnavailable, match="Allow logs:DescribeLogStreams"):
        Rollouts(code, denied).running(GROUP)
    pinned = Rollouts(source(shop, "main"), denied).running(GROUP)
    assert pinned
    assert pinned.commit == shop.git("rev-parse", "main")


def test_only_the_newest_history_is_fetched_and_what_lies_before_is_not_told(
    shop: LocalGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambda_image.adapters.git.shallow.DEPTH", 1)
    code = source(shop)
    revision = code.revision(GROUP)

    assert code.read(revision, "shop/pricing.py") == LONGER
    assert code.changes(revision, "shop/pricing.py", (1, 3)) == ()


def test_what_was_not_used_for_the_longest_time_makes_room(shop: LocalGit, tmp_path: Path) -> None:
    other = LocalGit(tmp_path / "other")
    other.commit({"a.py": b"x = 1\n"}, "Other")
    mappings = tuple(
        RepositoryMapping(f"/{made.path.name}", str(made.path), made.path.name) for made in (shop, other)
    )
    code = GitSource(Shallow(Clones(mappings, tmp_path / "cache"), 1), SPLITTER)
    code.revision("/shop")
    revision = code.revision("/other")

    assert len(list((tmp_path / "cache/git").iterdir())) == 1
    assert code.read(revision, "a.py") == b"x = 1\n"


def test_definitions_are_found_at_each_commit(shop: LocalGit) -> None:
    code = source(shop)
    old, new = Revision("team/shop", shop.git("rev-parse", "v1"), ""), code.revision(GROUP)
    code.revision(GROUP)

    for revision, line in ((new, 2), (old, 1), (new, 2)):
        assert [(part.file, part.start) for part in code.named(revision, {"total"})] == [
            ("shop/pricing.py", line)
        ]
        ((part, score),) = code.about(revision, ("total",), 5)[:1]
        assert (part.name, score > 0) == ("total", True)


def test_a_line_that_the_default_branch_has_changed_is_told(shop: LocalGit) -> None:
    fixed = shop.commit(
        {"shop/pricing.py": PRICING.replace(b"len(items)", b"max(len(items), 1)")}, "Empty baskets"
    )
    shop.commit({"docs/other.md": b"x"}, "Other")
    code = source(shop, "v1")
    since, first = code.changes(code.revision(GROUP), "shop/pricing.py", (2, 2))

    assert (since.commit, since.subject, since.deployed) == (fixed, "Empty baskets", False)
    assert (first.subject, first.deployed) == ("First", True)


def test_a_line_that_is_still_there_is_not_told_as_changed(shop: LocalGit) -> None:
    code = source(shop, "v1")

    assert [each.subject for each in code.changes(code.revision(GROUP), "shop/pricing.py", (2, 2))] == [
        "First"
    ]


def test_a_damaged_index_is_made_anew(shop: LocalGit) -> None:
    code = source(shop)
    code.named(code.revision(GROUP), {"total"})
    (index,) = (shop.path.parent / "cache/git").glob("*/tracemend-index.sqlite")
    index.write_bytes(b"no database" * 1_000)
    code = source(shop)

    assert [part.name for part in code.named(code.revision(GROUP), {"total"})] == ["total"]
