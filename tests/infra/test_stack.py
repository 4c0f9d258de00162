"""What single parts of the stack are: who may do what, and how an error travels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.aws import dashboard
from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.handlers import metrics
from lambda_image.settings import Settings, variable
from tests.infra.configs import config
from tests.infra.template import listed
from tests.infra.variants import environment, template

LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
TAKE = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
COUNT = {"dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
DESK = {
    "dynamodb:BatchGetItem",
    "dynamodb:UpdateItem",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sns:Publish",
    "kms:Decrypt",
    "kms:GenerateDataKey",
}
ASK, RUNS = {"lambda:GetFunction"}, {"logs:DescribeLogStreams"}
MODELS = {"bedrock:InvokeModel", "bedrock:GetInferenceProfile"}
STORED = {"s3:GetObject", "s3:ListBucket", "s3:PutObject", "secretsmanager:GetSecretValue"}
NETWORK = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("intake", COUNT | {"sqs:SendMessage"}),
        (
            "respond",
            TAKE
            | DESK
            | MODELS
            | ASK
            | {"sqs:SendMessage", "secretsmanager:GetSecretValue", "logs:GetLogEvents"},
        ),
        (
            "repair",
            TAKE | DESK | MODELS | ASK | RUNS | {"lambda:InvokeFunction", "secretsmanager:GetSecretValue"},
        ),
        ("watch", DESK | ASK | RUNS | {"secretsmanager:GetSecretValue", "sqs:SendMessage"}),
        ("verify", NETWORK),
        ("receipt", TAKE | {"dynamodb:UpdateItem"}),
        ("chat", COUNT | MODELS | STORED | {"dynamodb:DeleteItem", "sqs:SendMessage"}),
    ],
)
def test_a_function_may_do_this_and_no_more(function: str, actions: set[str]) -> None:
    assert template("pulls").actions_of(function) == actions | LOG


def test_a_function_is_told_what_its_handler_needs_and_together_all_settings() -> None:
    told = {name: set(environment("pulls", name)) for name in TIMEOUTS}
    told["ingest"] = set(environment("function", "ingest"))
    with_channels = {name for each in ("respond", "slack", "chat") for name in environment("channels", each)}
    left_alone = {variable(name) for name in ("cache_dir", "source_cache_mb", "region")}

    assert (
        set.union(with_channels, *told.values())
        == {variable(name) for name in Settings.__slots__} - left_alone
    )
    told["ingest"] |= set(environment("traced", "ingest"))
    assert told["ingest"] == {
        variable(name) for name in ("index", "wiki_secret", "wiki_private", "embeddings", "otlp_endpoint")
    }
    assert told["verify"] == set()
    assert told["receipt"] == {variable("ledger_table"), variable("otlp_endpoint")}


def test_respond_reads_the_events_of_the_configured_log_groups_and_of_no_other() -> None:
    read = {
        name: [
            flat(each).partition(":log-group:")[2]
            for statement in template(name).rights_of("respond")
            if statement["Action"] == "logs:GetLogEvents"
            for each in listed(statement["Resource"])
        ]
        for name in ("pulls", "account")
    }

    assert read["pulls"] == [f"{each}:log-stream:*" for each in config().logs.groups]
    assert read["account"] == ["*:log-stream:*"]


def test_no_secret_has_its_value_in_the_template() -> None:
    (actions,) = template("pulls").of("SecretsManager::Secret").values()

    assert set(actions) >= {"GenerateSecretString"}
    assert "SecretString" not in actions


def test_verify_has_no_way_out() -> None:
    found = template("pulls")
    vpc = found.one("EC2::VPC")
    ((name, group),) = found.of("EC2::SecurityGroup").items()
    place = found.function("verify")["VpcConfig"]

    assert [each["Fn::GetAtt"][0] for each in place["SecurityGroupIds"]] == [name]
    assert not found.of("EC2::InternetGateway", "EC2::NatGateway", "EC2::Route", "EC2::VPCEndpoint")
    assert [each["CidrIp"] for each in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert "SecurityGroupIngress" not in group
    assert found.one("EC2::FlowLog")["TrafficType"] == "REJECT"
    assert (vpc["EnableDnsSupport"], vpc["EnableDnsHostnames"]) == (False, False)


def test_the_code_of_a_function_in_a_network_cannot_use_its_interfaces() -> None:
    (denied,) = [each for each in template("pulls").rights_of("verify") if each["Effect"] == "Deny"]

    assert set(denied["Action"]) > NETWORK
    assert flat(denied["Condition"]["ArnEquals"]["lambda:SourceFunctionArn"]).endswith(
        ":function:tracemend-prod-verify"
    )


def test_without_pull_requests_there_is_no_network_and_no_queue_for_repairs() -> None:
    found = template("plain")

    assert not found.of("EC2::VPC")
    assert variable("repairs_queue_url") not in environment("plain", "respond")
    assert len(found.of("Lambda::EventSourceMapping")) == 2


def test_a_log_event_goes_by_the_stream_and_a_bounded_pipe() -> None:
    found = template("stream")
    pipe = found.one("Pipes::Pipe")
    reading = pipe["SourceParameters"]["KinesisStreamParameters"]

    assert found.one("Kinesis::Stream")["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert found.one("Kinesis::Stream")["StreamEncryption"]["EncryptionType"] == "KMS"
    assert reading["OnPartialBatchItemFailure"] == "AUTOMATIC_BISECT"
    assert reading["MaximumRetryAttempts"] > 0
    assert 0 < reading["MaximumRecordAgeInSeconds"] < 86_400
    assert reading["DeadLetterConfig"]["Arn"]
    assert pipe["TargetParameters"]["LambdaFunctionParameters"] == {"InvocationType": "REQUEST_RESPONSE"}


def test_an_account_is_read_without_what_is_excluded() -> None:
    policy = template("account").one("Logs::AccountPolicy")
    document = json.loads(flat(policy["PolicyDocument"]))

    assert policy["PolicyType"] == "SUBSCRIPTION_FILTER_POLICY"
    assert "/team/noisy" in policy["SelectionCriteria"]
    assert "/aws/lambda/tracemend-prod-intake" in policy["SelectionCriteria"]
    assert document["FilterPattern"] == ""
    assert document["RoleArn"].startswith("<SubscriptionsRole")
    assert "/team/noisy" in environment("account", "intake")[variable("excluded_log_groups")]


def test_a_direct_subscription_invokes_intake_which_has_dead_letters() -> None:
    found = template("direct")
    permission = found.one("Lambda::Permission")

    assert not found.of("Kinesis::Stream", "Pipes::Pipe")
    assert permission["Principal"] == "logs.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert "RoleArn" not in json.loads(flat(found.one("Logs::AccountPolicy")["PolicyDocument"]))
    assert "DeadLetterConfig" in found.function("intake")


def test_receipts_hear_cards_and_nothing_else() -> None:
    subscription = template("plain").one("SNS::Subscription")

    assert subscription["FilterPolicyScope"] == "MessageBody"
    assert subscription["FilterPolicy"] == {
        "metadata": {
            "additionalContext": {"notification_id": [{"exists": True}], "fingerprint": [{"exists": True}]}
        }
    }


def test_the_key_is_open_to_those_who_publish_and_deliver() -> None:
    statements = template("budget").one("KMS::Key")["KeyPolicy"]["Statement"]
    services = {
        each["Principal"]["Service"]: set(listed(each["Action"]))
        for each in statements
        if "Service" in each["Principal"]
    }

    assert services == {
        "chatbot.amazonaws.com": {"kms:Decrypt"},
        "budgets.amazonaws.com": {"kms:Decrypt", "kms:GenerateDataKey"},
        "cloudwatch.amazonaws.com": {"kms:Decrypt", "kms:GenerateDataKey"},
    }


def test_buckets_are_emptied_after_their_users_are_gone() -> None:
    found = template("plain")
    emptied = [
        name for name, each in found.body["Resources"].items() if each["Type"] == "Custom::EmptiedBucket"
    ]
    (respond,) = [
        each
        for each in found.body["Resources"].values()
        if each.get("Properties", {}).get("FunctionName") == "tracemend-prod-respond"
    ]

    assert len(emptied) == 3
    assert set(emptied) <= set(respond["DependsOn"])


def test_what_is_deployed_can_be_told_apart_by_a_tag() -> None:
    for function in template("plain").functions.values():
        assert {"Key": "tracemend", "Value": "tracemend-prod"} in function["Tags"]


def test_each_alarm_has_a_page_and_goes_to_the_channel() -> None:
    pages = {path.stem for path in Path("docs/operations/alarms").glob("*.md")}
    alarms = template("stream").of("CloudWatch::Alarm").values()
    topic = next(iter(template("stream").of("SNS::Topic")))

    assert {alarm["AlarmName"].removeprefix("tracemend-prod-") for alarm in alarms} == pages - {
        "index",
        "budget",
    }
    for alarm in alarms:
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["AlarmDescription"].endswith(f"{alarm['AlarmName'].removeprefix('tracemend-prod-')}.md")
        assert alarm["TreatMissingData"] == "notBreaching"


def test_alarms_may_write_to_the_encrypted_topic() -> None:
    policies = json.dumps(template("plain").of("KMS::Key", "SNS::TopicPolicy"))

    assert policies.count("cloudwatch.amazonaws.com") == 2


def test_without_observability_there_is_nothing_to_pay_for() -> None:
    found = template("unwatched")

    assert not found.of("CloudWatch::Alarm", "CloudWatch::Dashboard")
    assert "cloudwatch.amazonaws.com" not in json.dumps(found.of("KMS::Key", "SNS::TopicPolicy"))


def test_the_dashboard_shows_metrics_that_the_functions_report() -> None:
    shown = flat(template("pulls").one("CloudWatch::Dashboard")["DashboardBody"])
    reported = (Path(metrics.__file__)).read_text(encoding="utf-8")

    graphs = (
        *(dashboard.INTAKE, dashboard.ANSWERS, dashboard.TOKENS, dashboard.REPAIRS, dashboard.TIMES),
        *(dashboard.REPAIR_TIMES, dashboard.FAILURES),
    )
    for name in {name for graph in graphs for name in graph}:
        assert name in shown
        assert f'"{name}"' in reported


def test_functions_write_the_audit_trail_once_and_neither_read_nor_delete_it() -> None:
    found = template("pulls")
    (name,) = [key for key in found.of("S3::Bucket") if key.startswith("Audit")]
    statements = found.of("S3::BucketPolicy")
    (policy,) = [each for key, each in statements.items() if key.startswith("Audit")]
    once = [each for each in policy["PolicyDocument"]["Statement"] if each.get("Sid") == "OnlyWhereNothingIs"]
    rights = {
        (function, flat(statement["Action"]))
        for function in TIMEOUTS
        for statement in found.rights_of(function)
        if name in json.dumps(statement["Resource"])
    }

    assert [(each["Effect"], each["Action"], each["Condition"]) for each in once] == [
        ("Deny", "s3:PutObject", {"Null": {"s3:if-none-match": "true"}})
    ]
    assert rights == {(name, "s3:PutObject") for name in ("respond", "repair", "watch", "chat")}


def test_the_functions_know_the_price_of_their_models_by_the_id_that_they_ask() -> None:
    (price,) = json.loads(environment("plain", "respond")[variable("prices")])

    assert price == {
        "model": environment("plain", "respond")[variable("models")],
        "read": 1.0,
        "written": 5.0,
    }
