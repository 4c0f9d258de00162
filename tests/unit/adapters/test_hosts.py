"""Which host a repository is at, and what opens it: nothing here reaches a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.credentials import Credentials

from lambda_image.adapters.git.clones import Login
from lambda_image.adapters.hosts import codecommit
from lambda_image.adapters.hosts.answers import Session, wished
from lambda_image.adapters.hosts.connecting import Accesses, Means
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.hosts import HostAccess, codecommit_region
from tests.fakes.clock import FixedClock

ROLE = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG", "session%/token")
CLONE = "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/shop"
# What git-remote-codecommit 1.17 signs for that address, role and second.
SIGNED = "20261123T100000Z90d8a6da9314bda2286fdc33321d2b1dfa0d9aaf22e8a6a8c2687d7e830dea92"
HOSTS = (
    HostAccess("hub", "github", secret="hub-token"),
    HostAccess("lab", "gitlab", "https://git.example.com/", "lab-token"),
    HostAccess("bucket", "bitbucket", secret="bucket-token"),
    HostAccess("open", "gitlab"),
)


class Moment:
    """A clock for signatures."""

    @staticmethod
    def now(_: object) -> Any:
        """That second."""
        from datetime import UTC, datetime  # noqa: PLC0415 - the module's own name is replaced

        return datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


def accesses(*hosts: HostAccess) -> Accesses:
    """Those hosts; a secret holds its own name, with a line feed as files have."""

    def secret(name: str) -> Callable[[], str]:
        return lambda: f"{name}\n"

    def nothing(*_: object) -> Any:
        raise AssertionError("nobody asked for AWS")

    return Accesses(hosts, Means(secret, nothing, nothing, "eu-west-1", Retry(FixedClock())))


def at(host: str = "") -> RepositoryMapping:
    """A repository at this host."""
    return RepositoryMapping("*", "https://example.com/team/shop.git", "team/shop", host=host)


def test_a_repository_that_names_no_host_is_at_the_first() -> None:
    assert [accesses(*HOSTS).of(at(name)).name for name in ("", "lab")] == ["hub", "lab"]


def test_a_host_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(PermanentError, match="'hug'; known are: hub, lab, bucket, open"):
        accesses(*HOSTS).of(at("hug"))


@pytest.mark.parametrize(
    ("host", "login"),
    [
        ("hub", Login("x-access-token", "hub-token")),
        ("lab", Login("oauth2", "lab-token")),
        ("bucket", Login("x-token-auth", "bucket-token")),
        ("open", None),
    ],
)
def test_git_sends_each_host_the_login_that_it_takes(host: str, login: Login | None) -> None:
    assert accesses(*HOSTS).login(at(host)) == login


def test_without_hosts_repositories_are_open_to_all() -> None:
    assert accesses().login(at()) is None


def test_where_nothing_opens_pull_requests_that_is_told() -> None:
    with pytest.raises(PermanentError, match="no token is configured that opens pull requests at open"):
        accesses(*HOSTS).connect(at("open"))


def test_an_unknown_kind_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="known are github, gitlab, bitbucket, codecommit"):
        HostAccess("tea", "gitea")


def test_a_base_address_has_no_slash_at_its_end_and_a_default() -> None:
    assert [each.address for each in HOSTS[:2]] == ["https://api.github.com", "https://git.example.com"]


def test_a_login_does_not_print_its_password() -> None:
    assert "hub-token" not in repr(accesses(*HOSTS).login(at("hub")))


def test_codecommit_is_sent_what_the_tools_of_aws_send(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecommit, "datetime", Moment)

    assert codecommit.login(CLONE, ROLE, "eu-central-1") == Login("AKIDEXAMPLE%session%/token", SIGNED)


@pytest.mark.parametrize(
    ("address", "region"),
    [
        (CLONE, "eu-central-1"),
        ("https://git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/shop", "us-east-1"),
        ("https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/shop", "cn-north-1"),
        ("https://git-codecommit.us-east-1.amazonaws.com.example.com/v1/repos/shop", None),
        ("https://github.com/acme/shop.git", None),
    ],
)
def test_the_region_is_that_of_the_address(address: str, region: str | None) -> None:
    assert codecommit_region(address) == region


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_a_wish_to_wait_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert wished(headers) == seconds


def test_a_file_of_passwords_on_this_machine_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "netrc"
    passwords.write_text("machine git.example.com login ada password s3cret\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("NETRC", str(passwords))
    asked = requests.Request("GET", "https://git.example.com", headers={"Authorization": "Bearer ours"})

    assert Session("host").prepare_request(asked).headers["Authorization"] == "Bearer ours"
    assert "Basic " in str(requests.Session().prepare_request(asked).headers["Authorization"])
