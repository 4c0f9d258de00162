"""What a repository and a network may not do to the functions that read them."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_image.adapters.git.clones import Clones, Login
from lambda_image.adapters.git.shallow import Shallow
from lambda_image.adapters.git.source import GitSource
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError
from lambda_image.domain.evidence import RepositoryMapping
from tests.fakes.git_http import GitHttp
from tests.fakes.local_git import LocalGit
from tests.fakes.source import SPLITTER

GROUP = "/aws/lambda/shop"
TOKEN = "s3cret-token"
BASIC = "Basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n"


@pytest.fixture
def shop(tmp_path: Path) -> LocalGit:
    """A repository that serves partial clones, as the code hosts do."""
    made = LocalGit(tmp_path / "served/shop")
    made.commit({f"shop/part{number}.py": f"x = {number}\n".encode() for number in range(20)})
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return made


@pytest.fixture
def server(shop: LocalGit) -> Iterator[GitHttp]:
    """The repository behind a token."""
    with GitHttp(shop.path.parent, BASIC) as served:
        yield served


def source(url: str, cache: Path, token: str | None = None) -> GitSource:
    """The adapter with one repository."""
    login = Login("x-access-token", token) if token else None
    clones = Clones((RepositoryMapping(GROUP, url, "team/shop"),), cache, lambda _: login)
    return GitSource(Shallow(clones, 1_000_000_000), SPLITTER)


def booby_trapped(shop: LocalGit, command: str) -> None:
    """Every place where a repository can name a command, that git might run while it is read."""
    shop.git("config", "filter.evil.smudge", command)
    shop.git("config", "filter.evil.clean", command)
    shop.git("config", "filter.evil.process", command)
    shop.git("config", "diff.evil.textconv", command)
    shop.git("config", "diff.external", command)
    shop.git("config", "core.fsmonitor", command)
    shop.git("config", "core.sshCommand", command)
    shop.git("config", "core.alternateRefsCommand", command)
    shop.git("config", "uploadpack.packObjectsHook", command)
    shop.git("config", "tar.tar.command", command)
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-merge", "fsmonitor-watchman"):
        path = shop.path / ".git/hooks" / hook
        path.write_text(f"#!/bin/sh\n{command}\n")
        path.chmod(0o755)


def test_nothing_that_a_repository_names_is_run(shop: LocalGit, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    files = {
        ".gitattributes": b"*.py filter=evil diff=evil\n*.bin filter=lfs diff=lfs\n",
        ".gitmodules": f'[submodule "a"]\n\tpath = a\n\turl = ext::sh -c "touch {marker}"\n'.encode(),
        ".lfsconfig": f"[lfs]\n\turl = file://{marker}\n".encode(),
        "model.bin": POINTER,
    }
    shop.commit(files)
    booby_trapped(shop, f"touch {marker}; cat")
    code = source(str(shop.path), tmp_path / "cache")
    revision = code.revision(GROUP)
    code.changes(revision, "shop/part1.py", (1, 1))
    archive = code.archive(revision)

    assert code.read(revision, "model.bin") == POINTER
    assert POINTER in archive
    assert not marker.exists()


def test_the_traps_of_this_suite_are_real(shop: LocalGit, tmp_path: Path) -> None:
    shop.commit({".gitattributes": b"*.py filter=evil diff=evil\n"})
    booby_trapped(shop, f"touch {tmp_path}/ran; cat")
    shop.git("archive", "HEAD")

    assert (tmp_path / "ran").exists()


def test_the_users_own_git_configuration_is_not_read(
    shop: LocalGit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.commit({".gitattributes": b"*.py filter=evil\n"})
    (tmp_path / ".gitconfig").write_text(f'[filter "evil"]\n\tsmudge = touch {tmp_path}/ran; cat\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    code = source(str(shop.path), tmp_path / "cache")
    code.archive(code.revision(GROUP))

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("url", ["ext::sh -c 'touch {}'", "--upload-pack=touch {};", "fd::{}"])
def test_a_clone_url_that_is_a_command_is_refused(tmp_path: Path, url: str) -> None:
    marker = tmp_path / "ran"
    with pytest.raises(EvidenceUnavailable):
        source(url.format(marker), tmp_path / "cache").revision(GROUP)

    assert not marker.exists()


@pytest.mark.loopback
def test_the_token_goes_into_a_header_and_nowhere_else(
    shop: LocalGit, server: GitHttp, tmp_path: Path
) -> None:
    code = source(f"http://127.0.0.1:{server.port}/shop", tmp_path / "cache", TOKEN)
    revision = code.revision(GROUP)
    read = code.read(revision, "shop/part7.py")
    written = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())

    assert (revision.commit, read) == (shop.git("rev-parse", "HEAD"), b"x = 7\n")
    assert {asked.authorization for asked in server.asked} == {BASIC}
    assert not any(TOKEN in asked.path for asked in server.asked)
    assert TOKEN.encode() not in written
    assert BASIC.split()[1].encode() not in written


@pytest.mark.loopback
def test_a_refused_token_is_a_gap_that_does_not_tell_it(server: GitHttp, tmp_path: Path) -> None:
    code = source(f"http://127.0.0.1:{server.port}/shop", tmp_path / "cache", "wr0ng-token")
    with pytest.raises(EvidenceUnavailable) as refused:
        code.revision(GROUP)
    told = f"{refused.value!r} {refused.value.__cause__!r}"

    assert "token" in refused.value.fix
    assert "wr0ng-token" not in told
    assert base64.b64encode(b"x-access-token:wr0ng-token").decode() not in told


@pytest.mark.loopback
def test_the_token_is_not_sent_in_the_clear(server: GitHttp, tmp_path: Path) -> None:
    for host in ("localhost", "127.0.0.1.localhost"):
        with pytest.raises(EvidenceUnavailable):
            source(f"http://{host}:{server.port}/shop", tmp_path / "cache", TOKEN).revision(GROUP)

    assert {asked.authorization for asked in server.asked} == {""}


@pytest.mark.loopback
def test_a_host_that_does_not_answer_is_a_gap(tmp_path: Path) -> None:
    with pytest.raises(EvidenceUnavailable, match=r"127\.0\.0\.1") as unreached:
        source("http://127.0.0.1:9/shop", tmp_path / "cache", TOKEN).revision(GROUP)

    assert TOKEN not in str(unreached.value)


@pytest.mark.loopback
def test_only_what_is_read_is_downloaded_and_the_whole_tree_in_few_requests(
    server: GitHttp, tmp_path: Path
) -> None:
    code = source(f"http://127.0.0.1:{server.port}/shop", tmp_path / "cache", TOKEN)
    revision = code.revision(GROUP)
    objects = subprocess.run(
        [
            "git",
            "-C",
            next((tmp_path / "cache/git").iterdir()),
            "cat-file",
            "--batch-all-objects",
            "--batch-check",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    before = len(server.asked)
    code.archive(revision)

    assert " blob " not in objects
    assert len(server.asked) - before <= 4


@pytest.mark.loopback
def test_a_secret_that_cannot_be_read_is_a_gap_and_not_the_end(server: GitHttp, tmp_path: Path) -> None:
    def login(_: RepositoryMapping) -> Login:
        raise PermanentError("Secrets Manager GetSecretValue: AccessDenied")

    mapping = RepositoryMapping(GROUP, f"http://127.0.0.1:{server.port}/shop", "team/shop")
    with pytest.raises(EvidenceUnavailable, match=r"AccessDenied.*Check the secret of its code host"):
        GitSource(Shallow(Clones((mapping,), tmp_path, login), 10**9), SPLITTER).revision(GROUP)
