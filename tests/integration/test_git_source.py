"""The team's repositories through git: the deployed commit, byte for byte, from real repositories."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

import pytest

from lambda_image.adapters.git.clones import Clones
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.adapters.git.source import GitSource
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import RepositoryMapping, Revision
from tests.fakes.local_git import LocalGit
from tests.fakes.source import SPLITTER

GROUP = "/aws/lambda/shop-api"
CAP = 1_000_000_000
PRICING = b"def total(items):\n    return sum(items) / len(items)\n"
LONGER = b"# New on main, not deployed yet.\n" + PRICING


@pytest.fixture
def shop(tmp_path: Path) -> LocalGit:
    """A repository whose first commit is deployed, as tag v1, and whose main is one commit ahead."""
    made = LocalGit(tmp_path / "shop")
    made.commit(
        {"shop/pricing.py": PRICING, "bin/serve": b"#!/bin/sh\n", "docs/\u00fc b.md": b"\xff\x00"}, "First"
    )
    made.git("tag", "v1")
    made.commit({"shop/pricing.py": LONGER}, "Second", "2026-11-24T09:00:00Z")
    return made


def source(shop: LocalGit, ref: str | None = None, cache: str = "cache") -> GitSource:
    """The adapter with the shop mapped to its log groups."""
    mapping = RepositoryMapping("/aws/lambda/shop-*", str(shop.path), "team/shop", ref)
    return GitSource(Shallow(Clones((mapping,), shop.path.parent / cache), CAP), SPLITTER)


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Content by path of the regular files in a tar."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {member.name: tar.extractfile(member) for member in tar if member.isfile()}
        return {name: file.read() for name, file in found.items() if file}


@pytest.mark.parametrize("kind", ["tag", "branch", "commit", "short commit"])
def test_the_deployed_commit_is_read_and_not_the_newest(shop: LocalGit, kind: str) -> None:
    deployed = shop.git("rev-parse", "v1")
    shop.git("branch", "release/1", "v1")
    ref = {"tag": "v1", "branch": "release/1", "commit": deployed, "short commit": deployed[:9]}[kind]
    code = source(shop, ref)
    revision = code.revision(GROUP)

    assert (revision.repository, revision.commit) == ("team/shop", deployed)
    assert revision.how == ("the commit in the settings" if ref == deployed else f"{ref} in the settings")
    assert code.read(revision, "shop/pricing.py") == PRICING
    assert unpacked(code.archive(revision))["shop/pricing.py"] == PRICING


def test_an_annotated_tag_is_the_commit_that_it_names(shop: LocalGit) -> None:
    shop.git("tag", "-a", "-m", "Release", "v1.1", "v1")

    assert source(shop, "v1.1").revision(GROUP).commit == shop.git("rev-parse", "v1")


def test_without_a_deployed_commit_the_default_branch_is_read_and_said_so(shop: LocalGit) -> None:
    shop.git("branch", "--move", "main", "trunk")
    code = source(shop)
    revision = code.revision(GROUP)

    assert revision.commit == shop.git("rev-parse", "trunk")
    assert "default branch" in revision.how
    assert "no deployed commit is known" in revision.how
    assert code.read(revision, "shop/pricing.py") == LONGER


def test_the_first_mapping_whose_pattern_fits_wins(shop: LocalGit) -> None:
    url = str(shop.path)
    mappings = (
        RepositoryMapping("/aws/lambda/shop-api", url, "team/shop", "v1"),
        RepositoryMapping("/aws/lambda/*", url, "team/other"),
    )
    code = GitSource(Shallow(Clones(mappings, shop.path.parent / "cache"), CAP), SPLITTER)

    assert [code.revision(f"/aws/lambda/{name}").repository for name in ("shop-api", "shop-api-2")] == [
        "team/shop",
        "team/other",
    ]


def test_a_log_group_without_a_repository_says_which_setting_to_mend(shop: LocalGit) -> None:
    with pytest.raises(EvidenceUnavailable) as missing:
        source(shop).revision("/aws/lambda/billing")

    assert missing.value.source == "source code"
    assert "/aws/lambda/billing" in missing.value.reason
    assert "[[repositories]]" in missing.value.fix


def test_a_ref_that_does_not_exist_is_named(shop: LocalGit) -> None:
    with pytest.raises(EvidenceUnavailable, match="there is no v9"):
        source(shop, "v9").revision(GROUP)


def test_a_repository_that_cannot_be_reached_is_a_gap_and_is_read_once_it_is_back(shop: LocalGit) -> None:
    away = shop.path.rename(shop.path.with_name("away"))
    code = source(shop)
    with pytest.raises(EvidenceUnavailable, match="source code: "):
        code.revision(GROUP)
    away.rename(shop.path)

    assert code.revision(GROUP).commit == shop.git("rev-parse", "main")


def test_files_are_sorted_and_leave_out_links_and_submodules(shop: LocalGit) -> None:
    (shop.path / "link.py").symlink_to("/etc/passwd")
    shop.git("add", "--all")
    shop.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/lib")
    shop.record("Link and submodule")
    code = source(shop)

    assert code.files(code.revision(GROUP)) == ("bin/serve", "docs/\u00fc b.md", "shop/pricing.py")


def test_a_file_is_read_byte_for_byte_and_an_absent_one_is_a_gap(shop: LocalGit) -> None:
    code = source(shop)
    revision = code.revision(GROUP)

    assert code.read(revision, "docs/\u00fc b.md") == b"\xff\x00"
    with pytest.raises(EvidenceUnavailable, match=r"shop/nowhere\.py"):
        code.read(revision, "shop/nowhere.py")


def test_changes_are_the_commits_of_the_lines_newest_first(shop: LocalGit) -> None:
    code = source(shop)
    revision = code.revision(GROUP)
    second, first = code.changes(revision, "shop/pricing.py", (1, 3))

    assert (first.subject, second.subject) == ("First", "Second")
    assert (second.commit, second.author, second.timestamp) == (revision.commit, "Ada", 1_795_510_800_000)
    assert code.changes(revision, "shop/pricing.py", (2, 3)) == (first,)


def test_changes_of_lines_that_are_not_there_are_a_gap(shop: LocalGit) -> None:
    code = source(shop)

    with pytest.raises(EvidenceUnavailable, match="has only 3 lines"):
        code.changes(code.revision(GROUP), "shop/pricing.py", (99, 99))


def test_the_archive_is_the_tree_as_committed_whatever_its_attributes_ask(shop: LocalGit) -> None:
    attributes = (
        b"tests export-ignore\n*.md export-subst\n*.py text eol=crlf ident\n"
        b"*.txt working-tree-encoding=UTF-16\n"
    )
    files = {
        ".gitattributes": attributes,
        "tests/test_a.py": b"# $Id$\nassert True\n",
        "version.md": b"$Format:%H$\n",
        "notes.txt": b"plain\n",
    }
    (shop.path / ".git/info/attributes").write_text("* !text !eol !ident !working-tree-encoding\n")
    shop.commit(files)
    code = source(shop)
    archive = unpacked(code.archive(code.revision(GROUP)))

    assert {name: archive.get(name) for name in files} == files


def test_the_archive_keeps_modes(shop: LocalGit) -> None:
    code = source(shop)
    with tarfile.open(fileobj=io.BytesIO(code.archive(code.revision(GROUP)))) as tar:
        runnable = [member.name for member in tar if member.isfile() and member.mode & 0o100]

    assert runnable == ["bin/serve"]


def test_a_known_commit_needs_its_repository_no_more(shop: LocalGit) -> None:
    deployed = shop.git("rev-parse", "v1")
    first = source(shop, deployed).revision(GROUP)
    shutil.rmtree(shop.path)
    code = source(shop, deployed)

    assert code.revision(GROUP) == first
    assert code.read(first, "shop/pricing.py") == PRICING
    with pytest.raises(EvidenceUnavailable):
        source(shop, deployed, "another-cache").revision(GROUP)


def test_a_cached_repository_sees_what_was_pushed_since(shop: LocalGit) -> None:
    code = source(shop)
    before = code.revision(GROUP)
    pushed = shop.commit({"shop/new.py": b""})

    assert code.revision(GROUP).commit == pushed
    assert "shop/new.py" not in code.files(before)


def test_a_cached_repository_forgets_branches_that_are_gone(shop: LocalGit) -> None:
    shop.git("branch", "fix")
    source(shop, "fix").revision(GROUP)
    shop.git("branch", "--move", "fix", "fix/pricing")

    assert source(shop, "fix/pricing").revision(GROUP).commit == shop.git("rev-parse", "main")
    with pytest.raises(EvidenceUnavailable, match="there is no fix"):
        source(shop, "fix").revision(GROUP)


def test_a_revision_of_another_repository_is_a_gap(shop: LocalGit) -> None:
    with pytest.raises(EvidenceUnavailable, match="team/other"):
        source(shop).files(Revision("team/other", "0" * 40, "mapping"))
