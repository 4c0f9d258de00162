"""Whether repositories can be reached, asked of code hosts on loopback and of an emulated account."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.aws.config import Config
from infra.aws.doctor.check import Check
from infra.aws.doctor.code import repositories
from infra.local.githost.server import GitHost
from tests.contract.code_hosts import create_shop
from tests.contract.servers.bitbucket import BitbucketServer
from tests.fakes.git_http import GitHttp
from tests.infra.configs import AT_CODECOMMIT, PULL_REQUESTS, config

Client = Callable[[str], Any]


@pytest.fixture
def client() -> Iterator[Client]:
    """An account of its own."""

    def made(service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name="eu-west-1", **keys)  # type: ignore[call-overload]

    with mock_aws():
        yield made


def examined(asked: Config, client: Client) -> dict[str, Check]:
    """The checks by name."""
    return {check.check: check for check in repositories(asked, client)}


@pytest.mark.loopback
def test_a_token_is_tried_on_every_repository(client: Client, tmp_path: Path) -> None:
    client("secretsmanager").create_secret(Name="tracemend/git-token", SecretString="wrong")
    asked = config(**PULL_REQUESTS)
    with GitHost(tmp_path, token="right") as host:
        (told,) = asked.code_hosts
        found = examined(replace(asked, code_hosts=(replace(told, url=host.url),)), client)

    assert not found["repository acme/checkout"].ok
    assert "Bad credentials" in found["repository acme/checkout"].detail
    assert "code-hosts.md" in found["repository acme/checkout"].fix


@pytest.mark.loopback
def test_both_tokens_are_tried_on_what_they_are_for(client: Client, tmp_path: Path) -> None:
    create_shop(tmp_path, "acme/checkout")
    for name in ("tracemend/git-token", "tracemend/read-token"):
        client("secretsmanager").create_secret(Name=name, SecretString="right")
    basic = f"Basic {base64.b64encode(b'x-access-token:right').decode()}"
    asked = config(**PULL_REQUESTS)
    (told,), (mapping,) = asked.code_hosts, asked.repositories
    with GitHost(tmp_path, token="right") as host, GitHttp(tmp_path, basic) as clones:
        at = replace(mapping, clone_url=f"http://127.0.0.1:{clones.port}/acme/checkout.git")
        ready = replace(asked, code_hosts=(replace(told, url=host.url),), repositories=(at,))
        found = examined(ready, client)
        client("secretsmanager").put_secret_value(SecretId="tracemend/read-token", SecretString="old")
        later = examined(ready, client)

    assert (found["repository acme/checkout"].detail, found["repository acme/checkout, reading"].detail) == (
        "may push",
        "may be cloned",
    )
    assert not later["repository acme/checkout, reading"].ok
    assert "does not take the login" in later["repository acme/checkout, reading"].detail
    assert "tracemend/read-token" in later["repository acme/checkout, reading"].fix


@pytest.mark.loopback
def test_a_token_without_the_right_scope_is_told_which(client: Client, tmp_path: Path) -> None:
    create_shop(tmp_path, "acme/checkout")
    client("secretsmanager").create_secret(Name="t", SecretString="right")
    with BitbucketServer(tmp_path, "right") as server:
        server.scopes = "repository"
        host = {"name": "bucket", "kind": "bitbucket", "token_secret": "t"}
        asked = config(**PULL_REQUESTS | {"code_hosts": [host]})
        (told,) = asked.code_hosts
        ready = replace(asked, code_hosts=(replace(told, url=f"{server.url}/2.0"),))
        found = examined(ready, client)["repository acme/checkout"]

    assert (found.ok, found.detail) == (False, "has not the scope pullrequest:write")


def test_a_repository_at_codecommit_has_to_be_there(client: Client) -> None:
    before = examined(config(**AT_CODECOMMIT), client)["repository checkout"]
    client("codecommit").create_repository(repositoryName="checkout")
    after = examined(config(**AT_CODECOMMIT), client)["repository checkout"]

    assert (before.ok, after.ok) == (False, True)
    assert "RepositoryDoesNotExist" in before.detail


def test_without_pull_requests_nothing_is_asked(client: Client) -> None:
    assert [check.detail for check in examined(config(), client).values()] == [
        "not configured: errors are answered, nothing is opened"
    ]
