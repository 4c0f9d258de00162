"""The questions before a deployment: asked of an emulated account, and of AWS's own response shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.aws.config import Config
from infra.aws.doctor.check import Check
from infra.aws.doctor.examine import examine
from infra.aws.doctor.network import DOMAIN_ROLE
from infra.local.githost.server import GitHost
from tests.infra.configs import PULL_REQUESTS, REPOSITORY, config

REGION = "eu-central-1"
HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
AVAILABLE = {
    "modelId": HAIKU,
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


class Account:
    """An emulated account, with prepared answers of the services that the emulator lacks."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[str, Any]]] = {
            "chatbot": [("describe_slack_workspaces", {"SlackWorkspaces": [_workspace("T0123ABCD")]})],
            "bedrock": [
                ("get_inference_profile", _profile()),
                ("get_foundation_model_availability", AVAILABLE),
            ],
            "lambda": [("get_account_settings", {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}})],
        }
        # The second client of Lambda asks what the deployed `respond` is told.
        self.deployed: Any = "ResourceNotFoundException"

    def client(self, service: str) -> Any:
        """A client that answers from what was prepared, if anything was, in order."""
        made = boto3.client(  # type: ignore[call-overload]
            service,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        if service in self.answers:
            stub = Stubber(made)
            for method, answer in self.answers[service]:
                if isinstance(answer, str):
                    stub.add_client_error(method, answer, "no")
                else:
                    stub.add_response(method, answer)
            stub.activate()
        if service == "lambda":
            self.answers["lambda"] = [("get_function_configuration", self.deployed)]
        return made

    def examined(self, asked: Config) -> dict[str, Check]:
        """All checks by name."""
        return {check.check: check for check in examine(asked, self.client)}


@pytest.fixture
def account() -> Iterator[Account]:
    """An account in which everything is ready."""
    with mock_aws():
        ready = Account()
        ready.client("logs").create_log_group(logGroupName="/aws/lambda/checkout")
        ready.client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="24", Type="String")
        yield ready


def _workspace(team: str) -> dict[str, str]:
    return {"SlackTeamId": team, "SlackTeamName": "Team"}


def _profile() -> dict[str, Any]:
    return {
        "inferenceProfileName": "Haiku",
        "inferenceProfileArn": f"arn:aws:bedrock:{REGION}:123456789012:inference-profile/global.{HAIKU}",
        "inferenceProfileId": f"global.{HAIKU}",
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
        "models": [{"modelArn": f"arn:aws:bedrock:::foundation-model/{HAIKU}"}],
    }


def test_an_account_that_is_ready_passes_every_check(account: Account) -> None:
    found = account.examined(config())

    assert [check for check in found.values() if not check.ok] == []
    assert set(found) == {
        "credentials",
        "bootstrap",
        "concurrency",
        "log group /aws/lambda/checkout",
        f"model global.{HAIKU}",
        "Slack workspace",
        "pull requests",
        "index",
    }
    assert all(not check.fix for check in found.values())


def test_without_credentials_nothing_else_is_asked() -> None:
    def client(service: str) -> Any:
        return boto3.Session(region_name=REGION).client(service)  # type: ignore[call-overload]

    (check,) = examine(config(), client)

    assert (check.check, check.ok) == ("credentials", False)
    assert "redentials" in check.detail


def test_an_account_without_bootstrap_is_told_the_command(account: Account) -> None:
    account.client("ssm").delete_parameter(Name="/cdk-bootstrap/hnb659fds/version")

    check = account.examined(config())["bootstrap"]
    assert not check.ok
    assert "npx aws-cdk bootstrap aws://ACCOUNT/" in check.fix


def test_a_log_group_whose_slots_are_taken_names_who_took_them(account: Account) -> None:
    logs = account.client("logs")
    stream = account.client("kinesis")
    stream.create_stream(StreamName="s", ShardCount=1)
    arn = stream.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]["StreamARN"]
    role = "arn:aws:iam::123456789012:role/logs"
    for name in ("datadog", "siem"):
        logs.put_subscription_filter(
            logGroupName="/aws/lambda/checkout",
            filterName=name,
            filterPattern="",
            destinationArn=arn,
            roleArn=role,
        )

    check = account.examined(config())["log group /aws/lambda/checkout"]
    assert not check.ok
    assert "datadog, siem" in check.fix


def test_a_log_group_that_is_not_there_is_named(account: Account) -> None:
    check = account.examined(config(logs={"groups": ["/ecs/typo"]}))["log group /ecs/typo"]

    assert not check.ok
    assert "none of this name" in check.detail


def test_a_model_that_was_never_opened_is_told(account: Account) -> None:
    closed = AVAILABLE | {"authorizationStatus": "NOT_AUTHORIZED"}
    account.answers["bedrock"][1] = ("get_foundation_model_availability", closed)

    check = account.examined(config())[f"model global.{HAIKU}"]
    assert not check.ok
    assert "authorization not_authorized" in check.detail


def test_a_workspace_that_nobody_authorised_is_told(account: Account) -> None:
    account.answers["chatbot"] = [("describe_slack_workspaces", {"SlackWorkspaces": []})]

    check = account.examined(config())["Slack workspace"]
    assert not check.ok
    assert "authorise once" in check.fix


def test_too_little_concurrency_is_told_in_numbers(account: Account) -> None:
    few = {"AccountLimit": {"UnreservedConcurrentExecutions": 50}}
    account.answers["lambda"] = [("get_account_settings", few)]

    check = account.examined(config())["concurrency"]
    assert not check.ok
    assert "50 unreserved, 17 wanted" in check.detail


def test_a_question_that_is_not_permitted_names_the_permission(account: Account) -> None:
    account.answers["bedrock"] = [("get_inference_profile", "AccessDeniedException")]

    check = account.examined(config())["models"]
    assert not check.ok
    assert "GetInferenceProfile" in check.fix


@pytest.mark.loopback
def test_a_token_is_tried_on_every_repository(account: Account, tmp_path: Path) -> None:
    account.client("secretsmanager").create_secret(Name="tracemend/git-token", SecretString="wrong")
    asked = config(**PULL_REQUESTS)
    with GitHost(tmp_path, token="right") as host:
        found = account.examined(replace(asked, code_host=replace(asked.code_host, url=host.url)))

    assert not found["repository acme/checkout"].ok
    assert "401" in found["repository acme/checkout"].detail


@pytest.mark.loopback
def test_the_token_that_reads_is_tried_too(account: Account, tmp_path: Path) -> None:
    account.client("secretsmanager").create_secret(Name="tracemend/read-token", SecretString="wrong")
    asked = config(repositories=[REPOSITORY], code_host={"read_token_secret": "tracemend/read-token"})
    with GitHost(tmp_path, token="right") as host:
        found = account.examined(replace(asked, code_host=replace(asked.code_host, url=host.url)))

    assert not found["repository acme/checkout, to read"].ok
    assert "read access" in found["repository acme/checkout, to read"].fix


@pytest.mark.parametrize("key", ["read_token_secret", "token_secret"])
def test_a_secret_that_is_not_there_is_named_with_its_key(account: Account, key: str) -> None:
    found = account.examined(config(repositories=[REPOSITORY], code_host={key: "no/such"}))

    check = found[f"code_host.{key}"]
    assert not check.ok
    assert "no secret no/such" in check.detail


@pytest.mark.parametrize(
    ("secret", "ok", "said"),
    [
        (None, False, "there is no secret wiki"),
        ("a bare token", False, "not understood"),
        ('{"other.example.com": {"bearer": "t"}}', False, "opens none of wiki.example.com"),
        ('{"wiki.example.com": {"bearer": "t"}}', True, "opens wiki.example.com"),
    ],
)
def test_the_secret_of_the_wiki_is_read(account: Account, secret: str | None, *, ok: bool, said: str) -> None:
    if secret:
        account.client("secretsmanager").create_secret(Name="wiki", SecretString=secret)

    check = account.examined(config(wiki={"sources": ["https://wiki.example.com/"], "secret": "wiki"}))[
        "wiki.secret"
    ]

    assert (check.ok, said in check.detail) == (ok, True)
    assert "bearer" not in check.detail or not ok


def _network(account: Account, *zones: str) -> dict[str, Any]:
    """A VPC of an account with a private subnet in each of these zones."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for at, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    return {"vpc": "existing", "vpc_id": vpc, "subnets": subnets, "security_groups": [group]}


def test_an_existing_network_that_is_right_passes(account: Account) -> None:
    account.client("iam").create_role(RoleName=DOMAIN_ROLE, AssumeRolePolicyDocument="{}")
    found = account.examined(config(network=_network(account, "a", "b"), index={"kind": "opensearch-domain"}))

    assert [name for name, each in found.items() if not each.ok] == []
    assert {"network", "network, ways out", "network.subnets", "OpenSearch in a VPC"} <= set(found)


def test_an_existing_network_that_is_wrong_is_told_before_it_is_deployed(account: Account) -> None:
    ours, other = _network(account, "a", "a"), _network(account, "b")
    gateway = account.client("ec2").create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    account.client("ec2").attach_internet_gateway(InternetGatewayId=gateway, VpcId=ours["vpc_id"])
    filters = [{"Name": "vpc-id", "Values": [ours["vpc_id"]]}]
    (table,) = account.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    account.client("ec2").create_route(
        RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    asked = {**ours, "subnets": [*ours["subnets"], *other["subnets"]]}

    found = account.examined(config(network=asked, index={"kind": "opensearch-domain"}))

    wrong = {name: each for name, each in found.items() if not each.ok}
    assert set(wrong) == {"network", "network, ways out", "network.subnets", "OpenSearch in a VPC"}
    assert other["subnets"][0] in wrong["network"].detail
    assert ours["subnets"][0] in wrong["network, ways out"].detail
    missing = account.examined(config(network={**ours, "subnets": ["subnet-00000000000000000"]}))
    assert "does not exist" in missing["network"].detail


KENDRA = "c0806df7-e76b-4bce-9b5c-d5582f6b1a03"
PAGE = {"DocumentId": "a", "Content": "An error.", "ScoreAttributes": {"ScoreConfidence": "LOW"}}


def _told(setting: str) -> dict[str, Any]:
    return {"Environment": {"Variables": {"TRACEMEND_INDEX": setting}}}


@pytest.mark.parametrize(
    ("answers", "ok", "said"),
    [
        ([("retrieve", {"ResultItems": [PAGE]})], True, "answers"),
        (
            [
                ("retrieve", {}),
                ("query", {}),
                (
                    "describe_index",
                    {
                        "IndexStatistics": {
                            "TextDocumentStatistics": {"IndexedTextDocumentsCount": 0, "IndexedTextBytes": 0},
                            "FaqStatistics": {"IndexedQuestionAnswersCount": 0},
                        }
                    },
                ),
            ],
            False,
            "has nothing",
        ),
        ([("retrieve", "AccessDeniedException")], False, "AccessDeniedException"),
    ],
)
def test_the_index_of_a_deployment_is_asked(
    account: Account, answers: list[tuple[str, Any]], *, ok: bool, said: str
) -> None:
    account.deployed = _told(f"kendra:{KENDRA}")
    account.answers["kendra"] = answers

    check = account.examined(config(index={"kind": "kendra"}))["index"]

    assert check.ok is ok
    assert said in check.detail
    assert bool(check.fix) is not ok


def test_an_index_file_that_is_not_there_yet_is_told_how_to_make_it(account: Account) -> None:
    account.deployed = _told("s3://bucket/runbooks.sqlite")
    account.client("s3").create_bucket(
        Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
    )

    check = account.examined(config())["index"]
    assert not check.ok
    assert "tracemend ingest" in check.fix

    account.client("s3").put_object(Bucket="bucket", Key="runbooks.sqlite", Body=b"SQLite")
    account.answers["lambda"] = [
        ("get_account_settings", {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}})
    ]
    assert account.examined(config())["index"].ok
