"""`make deploy`, with an account of moto and programs that only note that they were called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws

from infra.aws.deploying import flow
from infra.aws.deploying.flow import Declined, Hands, Wish
from infra.aws.deploying.images import pushed
from infra.aws.deploying.probe import NothingArrived, chosen, seconds_to_channel
from infra.aws.deploying.tools import CommandFailed, run
from lambda_image.domain.errors import ConfigurationError
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import text_delivery, understand
from tests.fakes.clock import FixedClock
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.infra.configs import config

REGION = "eu-west-1"
CDK = ("cdk",)


class Programs:
    """Notes each call; git answers with a version."""

    def __init__(self, version: str = "abc123") -> None:
        self.version = version
        self.calls: list[list[str]] = []
        self.secrets: list[str] = []

    def __call__(self, words: Sequence[str], secret: str = "", more: Mapping[str, str] | None = None) -> str:
        self.calls.append([*words, *(f"{name}={value}" for name, value in (more or {}).items())])
        self.secrets += [secret] if secret else []
        return self.version if words[0] == "git" else ""


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        session = boto3.Session(region_name=REGION)
        session.client("ecr").create_repository(repositoryName="tracemend-prod")
        yield session.client


def test_without_credentials_nobody_is_asked_and_nothing_runs() -> None:
    def account(_: str) -> Any:
        raise NoCredentialsError

    programs = Programs()

    with pytest.raises(ConfigurationError, match="not ready to deploy"):
        flow.deploy(
            Wish(Path("t.toml")),
            config(),
            Hands(account, programs, lambda: "podman", lambda _: True, str, CDK),
        )
    assert programs.calls == []


def test_before_the_question_nothing_but_the_difference_runs(
    account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = Programs()
    said: list[str] = []
    monkeypatch.setattr(flow, "examine", lambda *_: ())
    no = Hands(account, programs, lambda: "podman", lambda _: False, said.append, CDK)

    with pytest.raises(Declined):
        flow.deploy(Wish(Path("t.toml")), config(), no)
    assert programs.calls == [["cdk", "diff", "Tracemend"]]
    assert "USD a month" in " ".join(said)


def test_an_image_is_built_for_the_architecture_and_pushed_with_the_password_on_standard_input(
    account: Any,
) -> None:
    programs = Programs()
    uri = pushed(config(), account, programs, "podman", "functions")
    registry = uri.partition("/")[0]

    assert uri.endswith("/tracemend-prod:abc123-functions")
    assert programs.calls[1:] == [
        ["infra/image/build.sh", f"TAG={uri}", "PLATFORM=linux/arm64", "VARIANT=functions"],
        ["podman", "login", "--username", "AWS", "--password-stdin", registry],
        ["podman", "push", uri],
    ]
    assert len(programs.secrets) == 1
    assert not any(programs.secrets[0] in " ".join(call) for call in programs.calls)


def test_an_image_that_is_there_is_not_built_again(account: Any) -> None:
    manifest = '{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}'
    account("ecr").put_image(
        repositoryName="tracemend-prod", imageManifest=manifest, imageTag="abc123-functions"
    )
    programs = Programs()

    assert pushed(config(), account, programs, "podman", "functions").endswith(":abc123-functions")
    assert [call[0] for call in programs.calls] == ["git"]


def test_a_tree_with_changes_gets_a_tag_of_its_own(account: Any) -> None:
    uri = pushed(config(), account, Programs("abc123-dirty"), "podman", "functions")

    assert uri.rpartition(":")[2].startswith("abc123-dirty-1")


def test_each_check_is_a_problem_of_its_own() -> None:
    one, other = chosen(config()), chosen(config())

    assert one.fingerprint != other.fingerprint
    assert one.log_group == "/aws/lambda/checkout"


def test_no_number_of_checks_teaches_that_they_are_one_problem() -> None:
    recognition = Recognition(MemoryIdentities())
    for _ in range(12):
        probe = chosen(config())
        seen = understand(text_delivery(probe.line, probe.log_group), IntakePolicy())

        assert [each.fingerprint for each in recognition.settle(seen).sightings] == [probe.fingerprint]


def test_where_all_logs_are_read_the_check_has_a_log_group_of_its_own() -> None:
    assert chosen(config(logs={"account": True})).log_group == "/tracemend-check/tracemend-prod"


def test_an_error_that_never_arrives_is_said_with_where_to_look(account: Any) -> None:
    with pytest.raises(NothingArrived, match="dead-letter"):
        seconds_to_channel(chosen(config()), account, MemoryLedger(FixedClock()), patience=0)


def test_a_program_that_fails_or_is_not_there_stops_the_deployment() -> None:
    with pytest.raises(CommandFailed, match="exit code 3"):
        run(["sh", "-c", "exit 3"])
    with pytest.raises(CommandFailed, match="not installed"):
        run(["no-such-program-here"])
