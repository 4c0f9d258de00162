"""Rules that hold for every deployment, whatever was chosen."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from infra.aws.config_rules import RETENTION_DAYS
from infra.aws.names import own_log_groups, refused_prefixes
from infra.aws.reserved import reserved
from infra.aws.wildcards import allowed, flat, wildcards
from lambda_image import settings
from lambda_image.desk import LEASE_MARGIN
from tests.infra.matrix import CASES, Case
from tests.infra.template import Template, listed, synthesized

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
# Lambda roles are assumed for functions of this account alone; Chatbot's documentation names no condition.
TRUSTED_ALONE = {"lambda.amazonaws.com", "chatbot.amazonaws.com"}
LONGEST_TIMEOUT = 900
BY_NAME = {case.name: case for case in CASES}
KEPT = {
    "AWS::DynamoDB::Table": "ledger",
    "AWS::Logs::LogGroup": "logs",
}


@cache
def by_name(name: str) -> Template:
    """The template of a case, synthesized once."""
    return synthesized(BY_NAME[name].config)


def template(case: Case) -> Template:
    """The template of this case."""
    return by_name(case.name)


def tls_only(document: Any) -> bool:
    """Whether a resource policy denies everybody who comes without TLS."""
    return any(
        each["Effect"] == "Deny"
        and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and each["Principal"] in ("*", {"AWS": "*"})
        for each in document["Statement"]
        if "Condition" in each
    )


@every_case
def test_cdk_nag_finds_nothing_unexplained(case: Case) -> None:
    assert template(case).findings == ()


@every_case
def test_no_role_allows_a_wildcard_outside_the_list(case: Case) -> None:
    for owner, statement in template(case).statements():
        assert not {"NotAction", "NotResource"} & set(statement), owner
        if statement["Effect"] == "Allow":
            assert not [action for action in listed(statement["Action"]) if "*" in action], owner
        for resource, actions in wildcards(statement):
            assert allowed(resource, actions), (owner, resource, actions)


@every_case
def test_services_assume_roles_for_this_account_only(case: Case) -> None:
    for name, role in template(case).of("IAM::Role").items():
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if statement["Principal"]["Service"] not in TRUSTED_ALONE:
                account = statement["Condition"]["StringEquals"]["aws:SourceAccount"]
                assert account == {"Ref": "AWS::AccountId"}, name


@every_case
def test_every_function_has_a_role_a_log_and_limits_of_its_own(case: Case) -> None:
    functions = template(case).functions
    logs = {each["LogGroupName"] for each in template(case).of("Logs::LogGroup").values()}

    assert len({json.dumps(each["Role"]) for each in functions.values()}) == len(functions)
    for name, function in functions.items():
        assert f"/aws/lambda/{name}" in logs
        assert "LogGroup" in function["LoggingConfig"]
        assert 3 < function["Timeout"] <= LONGEST_TIMEOUT
        assert function["MemorySize"] >= 256


@every_case
def test_what_is_reserved_is_what_doctor_asks_for(case: Case) -> None:
    functions = template(case).functions.values()
    found = [each.get("ReservedConcurrentExecutions", 0) for each in functions]

    assert sum(found) == sum(reserved(case.config).values())


@every_case
def test_every_queue_is_encrypted_over_tls_and_has_dead_letters(case: Case) -> None:
    queues = template(case).of("SQS::Queue")
    policies = template(case).of("SQS::QueuePolicy").values()
    closed = [each["Queues"] for each in policies if tls_only(each["PolicyDocument"])]
    guarded = {queue["Ref"] for queues_of in closed for queue in queues_of}
    dead = {
        each["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for each in queues.values()
        if "RedrivePolicy" in each
    }

    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True
        assert name in guarded
        assert "RedrivePolicy" in queue or name in dead or "DeadLetters" in name


@every_case
def test_queues_hide_a_message_longer_than_its_work_may_take(case: Case) -> None:
    found = template(case)
    queues = found.of("SQS::Queue")
    functions = found.of("Lambda::Function")
    for mapping in found.of("Lambda::EventSourceMapping").values():
        function = functions[mapping["FunctionName"]["Ref"]]
        queue = queues[mapping["EventSourceArn"]["Fn::GetAtt"][0]]
        reserved = function.get("ReservedConcurrentExecutions")
        factor = 1 if reserved else 6

        assert queue["VisibilityTimeout"] >= function["Timeout"] * factor
        assert queue["VisibilityTimeout"] > function["Timeout"] + LEASE_MARGIN
        assert reserved in (None, mapping["ScalingConfig"]["MaximumConcurrency"])
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@every_case
def test_every_log_group_forgets_and_none_is_read(case: Case) -> None:
    found, config = template(case), case.config
    groups = [each["LogGroupName"] for each in found.of("Logs::LogGroup").values()]

    assert groups
    assert set(groups) <= set(own_log_groups(config))
    assert all(group.startswith(refused_prefixes(config)) for group in own_log_groups(config))
    for each in found.of("Logs::LogGroup").values():
        assert each["RetentionInDays"] == config.retention.logs
        assert each["RetentionInDays"] in RETENTION_DAYS
    for policy in found.of("Logs::AccountPolicy").values():
        verb, _, names = policy["SelectionCriteria"].partition(" NOT IN ")
        assert verb == "LogGroupName"
        assert set(groups) | set(config.logs.exclude) <= set(json.loads(names))


@every_case
def test_environment_names_are_the_fields_of_settings(case: Case) -> None:
    for name, function in template(case).functions.items():
        environment = function.get("Environment", {}).get("Variables", {})
        told = {key: flat(value) for key, value in environment.items()}
        settings.read(told)

        assert set(told) <= {settings.variable(each) for each in settings.Settings.__slots__}, name
        assert "AWS_REGION" not in told


@every_case
def test_keys_buckets_and_topics_are_closed(case: Case) -> None:
    found = template(case)
    buckets = found.of("S3::Bucket")
    policies = [*found.of("S3::BucketPolicy").values(), *found.of("SNS::TopicPolicy").values()]

    assert all(each["EnableKeyRotation"] for each in found.of("KMS::Key").values())
    assert all(tls_only(each["PolicyDocument"]) for each in policies)
    assert len(policies) == len(buckets) + len(found.of("SNS::Topic"))
    assert all("KmsMasterKeyId" in each for each in found.of("SNS::Topic").values())
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketEncryption" in bucket
        assert bucket["LifecycleConfiguration"]["Rules"][0]["Status"] == "Enabled"


@every_case
def test_nothing_stays_but_what_is_kept(case: Case) -> None:
    keep = set(case.config.keep)
    for name, resource in template(case).body["Resources"].items():
        retained = resource.get("DeletionPolicy", "Delete") != "Delete"
        kind = KEPT.get(resource["Type"]) or next(
            (each for each in ("traces", "audit") if name.startswith(each.title())), "index"
        )
        assert not retained or kind in keep, name
        if resource["Type"] in {"AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::S3::Bucket"}:
            assert retained == (kind in keep), name


@every_case
def test_the_template_is_whole_by_itself(case: Case) -> None:
    found = template(case)
    wanted = {"ImageUri", "VerifyImageUri"} if case.config.pull_requests else {"ImageUri"}
    manifest = json.loads((found.path.parent / "Tracemend.assets.json").read_text())

    assert set(found.body["Parameters"]) == wanted
    assert [each["source"]["path"] for each in manifest["files"].values()] == [found.path.name]
    assert "Rules" not in found.body


@every_case
def test_pull_requests_decide_over_repair_verify_and_watch(case: Case) -> None:
    names = {name.removeprefix(f"{case.config.prefix}-") for name in template(case).functions}

    assert {"intake", "respond", "receipt"} <= names
    opening = {"repair", "verify", "watch"}
    assert opening <= names if case.config.pull_requests else not opening & names
