"""Documents of real repositories, over git's own HTTP and from a folder."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge.errors import SourceUnusable
from knowledge.passage import Page, Unchanged
from knowledge.sources.access import Access
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.git import Repository
from knowledge.sources.reach import Reach
from tests.fakes.git_http import GitHttp
from tests.fakes.local_git import LocalGit

TOKEN = "s3cret-token"
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@pytest.fixture
def docs(tmp_path: Path) -> LocalGit:
    """A repository with runbooks, whose server gives partial clones as code hosts do."""
    made = LocalGit(tmp_path / "served/docs")
    made.commit({"runbooks/old.md": b"# Old\n\nwords\n"}, date="2020-01-02T03:04:05Z")
    made.commit({
        "runbooks/disk.md": b"# Disk full\n\n    df  -h\n",
        "runbooks/queue.html": b"<h1>Queue</h1><p>Redrive</p>",
        "README.md": b"# Read me\n",
        "tool.py": b"x = 1\n",
        ".github/secret.md": b"# Hidden\n",
    })  # fmt: skip
    made.git("config", "uploadpack.allowFilter", "true")
    return made


def read(
    source: Repository, marks: Mapping[str, str] | None = None
) -> tuple[dict[str, Page], set[str], dict[str, str]]:
    skipped: dict[str, str] = {}
    found = list(source.pages(marks or {}, skipped.__setitem__))
    pages = {page.id.partition("#")[2]: page for page in found if isinstance(page, Page)}
    return pages, {page.id.partition("#")[2] for page in found if isinstance(page, Unchanged)}, skipped


def marks(pages: Mapping[str, Page]) -> dict[str, str]:
    return {page.id: page.mark for page in pages.values()}


def test_documents_of_a_branch_are_pages_with_the_time_of_their_last_change(docs: LocalGit) -> None:
    pages, _, skipped = read(Repository(docs.path.as_uri()))

    assert {path: page.title for path, page in pages.items()} == {
        "README.md": "Read me", "runbooks/disk.md": "Disk full", "runbooks/old.md": "Old",
        "runbooks/queue.html": "Queue",
    }  # fmt: skip
    assert pages["runbooks/disk.md"].text == "# Disk full\n\n    df  -h\n"
    assert pages["runbooks/old.md"].about.modified == 1_577_934_245_000
    assert skipped == {"tool.py": UNREAD}


def test_two_names_that_are_not_utf_8_are_two_pages(docs: LocalGit) -> None:
    docs.commit({os.fsdecode(b"caf" + end + b".md"): b"# Words\n" + end for end in (b"\xe8", b"\xe9")})
    pages, _, _ = read(Repository(docs.path.as_uri()))

    assert [path for path in pages if path.startswith("caf")] == ["caf\\xe8.md", "caf\\xe9.md"]
    assert all(page.about.modified for page in pages.values())


def test_only_other_blobs_are_read_again_and_deleted_files_leave(docs: LocalGit) -> None:
    source = Repository(docs.path.as_uri(), "main", "runbooks")
    first, _, _ = read(source)
    docs.commit({"runbooks/disk.md": b"# Disk full again\n\nwords\n", "runbooks/old.md": None})

    pages, same, _ = read(source, marks(first))

    assert set(first) == {"runbooks/disk.md", "runbooks/old.md", "runbooks/queue.html"}
    assert {path: page.title for path, page in pages.items()} == {"runbooks/disk.md": "Disk full again"}
    assert same == {"runbooks/queue.html"}


def test_owners_are_those_of_codeowners_unless_a_page_names_its_own(docs: LocalGit) -> None:
    source = Repository(docs.path.as_uri())
    first, _, _ = read(source)
    docs.commit({
        ".github/CODEOWNERS": b"* @acme/all\n/runbooks/ @acme/on-call a@example.com\n",
        "CODEOWNERS": b"* @nobody\n",
        "runbooks/db.md": b"---\nowner: storage\n---\n# Database\n\nwords\n",
    })  # fmt: skip

    pages, same, _ = read(source, marks(first))

    assert same == set()
    assert {path: page.about.owner for path, page in pages.items()} == {
        "README.md": "@acme/all",
        "runbooks/disk.md": "@acme/on-call, a@example.com",
        "runbooks/db.md": "storage",
        "runbooks/old.md": "@acme/on-call, a@example.com",
        "runbooks/queue.html": "@acme/on-call, a@example.com",
    }
    assert read(source, marks(pages))[1] == set(pages)


@pytest.mark.loopback
def test_a_private_repository_is_read_with_the_secret_at_a_checked_address(docs: LocalGit) -> None:
    reach = Reach(frozenset({"git.corp"}), lambda *_: ("127.0.0.1",))
    with GitHttp(docs.path.parent, BASIC) as server:
        url = f"http://git.corp:{server.port}/docs/.git"
        pages, _, _ = read(Repository(url, "main", access=Access("bearer", TOKEN), reach=reach))

    assert pages["runbooks/disk.md"].id == f"{url}#runbooks/disk.md"
    assert pages["runbooks/old.md"].about.modified == 1_577_934_245_000
    assert {asked.authorization for asked in server.asked} == {BASIC}


@pytest.mark.loopback
@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.1", "127.0.0.1"])
def test_a_repository_at_no_public_address_is_not_asked(docs: LocalGit, address: str) -> None:
    with GitHttp(docs.path.parent) as server, pytest.raises(SourceUnusable, match="stands at"):
        read(
            Repository(
                f"https://git.example.com:{server.port}/docs", reach=Reach(resolve=lambda *_: (address,))
            )
        )

    assert server.asked == []


@pytest.mark.loopback
def test_a_wrong_secret_is_told_without_it(docs: LocalGit) -> None:
    reach = Reach(frozenset({"127.0.0.1"}))
    with (
        GitHttp(docs.path.parent, BASIC) as server,
        pytest.raises(SourceUnusable, match="Check address") as refused,
    ):
        read(
            Repository(
                f"http://127.0.0.1:{server.port}/docs/.git", access=Access("bearer", "wr0ng"), reach=reach
            )
        )

    assert "wr0ng" not in str(refused.value)
    assert base64.b64encode(b"x-access-token:wr0ng").decode() not in str(refused.value)


def test_nothing_that_a_repository_names_is_run_or_followed(docs: LocalGit, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    (tmp_path / "outside.md").write_text("# Outside\n")
    (docs.path / "link.md").symlink_to(tmp_path / "outside.md")
    docs.commit({
        ".gitattributes": b"*.md filter=evil diff=evil\n",
        ".gitmodules": f'[submodule "a"]\n\tpath = a\n\turl = ext::sh -c "touch {marker}"\n'.encode(),
    })  # fmt: skip
    for name in (
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "uploadpack.packObjectsHook",
    ):
        docs.git("config", name, f"touch {marker}; cat")

    pages, _, skipped = read(Repository(docs.path.as_uri()))

    assert "runbooks/disk.md" in pages
    assert "link.md" not in pages
    assert skipped["link.md"] == "a link, which is not followed"
    assert not marker.exists()


def test_a_branch_or_repository_that_is_not_there_is_unusable(docs: LocalGit, tmp_path: Path) -> None:
    with pytest.raises(SourceUnusable, match="the repository cannot be read"):
        read(Repository(docs.path.as_uri(), "no-such-branch"))
    with pytest.raises(SourceUnusable, match="the repository cannot be read"):
        read(Repository((tmp_path / "nowhere").as_uri()))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://github.com/t/r.git", "https://github.com/t/r/blob/main/a%20b.md"),
        ("https://gitlab.com/t/r", "https://gitlab.com/t/r/-/blob/main/a%20b.md"),
        ("https://bitbucket.org/t/r", "https://bitbucket.org/t/r/src/main/a%20b.md"),
    ],
)
def test_a_page_is_shown_where_people_read_it(url: str, shown: str) -> None:
    assert Repository(url, "main")._shown("a b.md") == shown
