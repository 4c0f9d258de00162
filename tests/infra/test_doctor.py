"""The questions before a deployment: asked of an emulated account, and of AWS's own response shapes."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from infra.aws.doctor.examine import examine
from tests.infra.account import AVAILABLE, HAIKU, REGION, Account
from tests.infra.configs import config


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
        "threads in the channel",
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
