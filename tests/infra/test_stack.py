"""What single parts of the stack are: who may do what, and how an error travels."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.settings import Settings, variable
from tests.infra.configs import PULL_REQUESTS, SLACK, TEAMS, config
from tests.infra.template import Template, listed, synthesized

VARIANTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "pulls": {
        **PULL_REQUESTS,
        "tuning": {"temperature": 0.5},
        "chat": {"slack": SLACK, "teams": TEAMS, "buttons": True},
    },
    "direct": {"logs": {"account": True, "transport": "direct", "pattern": "ERROR"}},
    "account": {"logs": {"account": True, "exclude": ["/team/noisy"]}},
    "budget": {"budget": {"monthly_usd": 50}, **PULL_REQUESTS},
    "whole account": {"budget": {"monthly_usd": 50, "counts": "account", "hard_stop": False}},
    "task": {"wiki": {"sources": ["https://wiki.example.com"], "size": "fargate"}},
    "function": {"wiki": {"sources": ["https://wiki.example.com"]}},
    "serverless": {"index": {"kind": "opensearch-serverless"}, "network": {"vpc": "new"}},
    "kendra": {"index": {"kind": "kendra"}, "wiki": {"sources": ["https://wiki.example.com"]}},
    "base": {"index": {"kind": "knowledge-base"}, "wiki": {"sources": ["https://wiki.example.com"]}},
}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
TAKE = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
DESK = {
    "dynamodb:UpdateItem",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:PutObject",
    "sns:Publish",
    "kms:Decrypt",
    "kms:GenerateDataKey",
}
MODELS = {"bedrock:InvokeModel", "bedrock:GetInferenceProfile"}
NETWORK = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}


@cache
def template(variant: str) -> Template:
    """The template of a variant."""
    return synthesized(config(**VARIANTS[variant]))


def environment(variant: str, function: str) -> dict[str, str]:
    """What a function is told, with <…> for what CloudFormation fills in."""
    told = template(variant).function(function).get("Environment", {}).get("Variables", {})
    return {name: flat(value) for name, value in told.items()}


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        (
            "intake",
            {"dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
            | {"sqs:SendMessage"},
        ),
        ("respond", TAKE | DESK | MODELS | {"sqs:SendMessage", "secretsmanager:GetSecretValue"}),
        ("repair", TAKE | DESK | MODELS | {"lambda:InvokeFunction", "secretsmanager:GetSecretValue"}),
        ("verify", NETWORK),
        ("receipt", TAKE | {"dynamodb:UpdateItem"}),
        ("chat", {"dynamodb:BatchGetItem", "dynamodb:UpdateItem", "sqs:SendMessage"}),
    ],
)
def test_a_function_may_do_this_and_no_more(function: str, actions: set[str]) -> None:
    assert template("pulls").actions_of(function) == actions | LOG


def test_a_function_is_told_what_its_handler_needs_and_together_all_settings() -> None:
    told = {name: set(environment("pulls", name)) for name in TIMEOUTS}
    left_alone = {variable("cache_dir"), variable("region")}

    assert set.union(*told.values()) == {variable(name) for name in Settings.__slots__} - left_alone
    assert told["verify"] == set()
    assert told["receipt"] == {variable("ledger_table")}


def test_only_repair_reads_the_token_that_can_write() -> None:
    readers = {
        function: flat(statement["Resource"]).rpartition(":secret:")[2]
        for function in TIMEOUTS
        for statement in template("pulls").rights_of(function)
        if statement["Action"] == "secretsmanager:GetSecretValue"
    }

    assert readers == {"repair": "tracemend/git-token-??????", "respond": "tracemend/read-token-??????"}
    assert environment("pulls", "repair")[variable("git_token_secret")] == "tracemend/git-token"
    assert environment("pulls", "respond")[variable("git_token_secret")] == "tracemend/read-token"


def test_no_secret_has_its_value_in_the_template() -> None:
    assert not template("pulls").of("SecretsManager::Secret")


def test_verify_has_no_way_out() -> None:
    found = template("pulls")
    ((name, group),) = found.of("EC2::SecurityGroup").items()
    place = found.function("verify")["VpcConfig"]

    assert [each["Fn::GetAtt"][0] for each in place["SecurityGroupIds"]] == [name]
    assert not found.of("EC2::InternetGateway", "EC2::NatGateway", "EC2::Route", "EC2::VPCEndpoint")
    assert [each["CidrIp"] for each in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    assert "SecurityGroupIngress" not in group
    assert found.one("EC2::FlowLog")["TrafficType"] == "REJECT"


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
    found = template("plain")
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
    assert "/team/noisy" in environment("account", "intake")[variable("own_log_groups")]


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
    }


def test_a_channel_without_buttons_allows_no_command() -> None:
    found = template("plain")
    (guardrail,) = found.of("IAM::ManagedPolicy").items()
    slack = found.one("Chatbot::SlackChannelConfiguration")

    assert guardrail[1]["PolicyDocument"]["Statement"] == [{"Action": "*", "Effect": "Deny", "Resource": "*"}]
    assert slack["GuardrailPolicies"] == [{"Ref": guardrail[0]}]
    assert "CustomizationResourceArns" not in slack
    assert not found.of("Chatbot::CustomAction", "Chatbot::MicrosoftTeamsChannelConfiguration")


def test_buttons_may_invoke_one_function_with_a_command_that_fits() -> None:
    found = template("pulls")
    (guardrail,) = found.of("IAM::ManagedPolicy").values()
    (statement,) = guardrail["PolicyDocument"]["Statement"]
    commands = [
        flat(each["Definition"]["CommandText"]).replace("<AWS::Region>", "ap-southeast-2")
        for each in found.of("Chatbot::CustomAction").values()
    ]

    assert statement["Action"] == "lambda:InvokeFunction"
    assert flat(statement["Resource"]).startswith("<Chat")
    assert len(commands) == 4
    assert all(len(command) <= 100 for command in commands), commands
    for channel in ("SlackChannelConfiguration", "MicrosoftTeamsChannelConfiguration"):
        assert len(found.one(f"Chatbot::{channel}")["CustomizationResourceArns"]) == 4


def test_models_are_asked_through_the_named_profile_only() -> None:
    asking = [
        each for each in template("plain").rights_of("respond") if "bedrock" in json.dumps(each["Action"])
    ]
    profile, models = asking
    profile_arn = flat(profile["Resource"])

    assert profile_arn.endswith(":inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0")
    assert {flat(each).partition("foundation-model/")[2] for each in models["Resource"]} == {
        "anthropic.claude-haiku-4-5-20251001-v1:0"
    }
    condition = models["Condition"]["StringEquals"]["bedrock:InferenceProfileArn"]
    assert [flat(each) for each in listed(condition)] == [profile_arn]


def test_a_tagged_budget_asks_through_profiles_that_carry_the_tag() -> None:
    found = template("budget")
    ((name, profile),) = found.of("Bedrock::ApplicationInferenceProfile").items()
    budget = found.one("Budgets::Budget")["Budget"]

    assert environment("budget", "respond")[variable("models")] == f"<{name}.InferenceProfileArn>"
    assert profile["Tags"] == [{"Key": "tracemend", "Value": "tracemend-prod"}]
    assert budget["CostFilters"] == {"TagKeyValue": ["user:tracemend$tracemend-prod"]}
    assert budget["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}


def test_at_the_limit_the_models_are_denied_to_all_who_ask() -> None:
    found = template("budget")
    action = found.one("Budgets::BudgetsAction")
    policy = next(
        each for name, each in found.of("IAM::ManagedPolicy").items() if name.startswith("BudgetNoModels")
    )

    assert action["ApprovalModel"] == "AUTOMATIC"
    assert action["ActionThreshold"] == {"Type": "PERCENTAGE", "Value": 100}
    assert [role["Ref"] for role in action["Definition"]["IamActionDefinition"]["Roles"]] == [
        found.role_of("respond"),
        found.role_of("repair"),
    ]
    assert policy["PolicyDocument"]["Statement"][0]["Effect"] == "Deny"


def test_without_a_hard_stop_the_budget_only_tells() -> None:
    found = template("whole account")

    assert not found.of("Budgets::BudgetsAction", "Bedrock::ApplicationInferenceProfile")
    assert "CostFilters" not in found.one("Budgets::Budget")["Budget"]


def test_a_small_wiki_is_read_by_a_function() -> None:
    found = template("function")
    schedule = found.one("Scheduler::Schedule")
    payload = json.loads(flat(schedule["Target"]["Input"]))

    assert schedule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert payload["sources"] == ["https://wiki.example.com"]
    assert payload["index"] == environment("function", "respond")[variable("index")]
    assert payload["index"] == environment("function", "ingest")[variable("index")]
    assert "DeadLetterConfig" in found.function("ingest")


def test_a_large_wiki_is_read_by_a_task_with_the_same_payload() -> None:
    found = template("task")
    target = found.one("Scheduler::Schedule")["Target"]
    (override,) = json.loads(flat(target["Input"]))["containerOverrides"]
    place = target["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert json.loads(override["command"][0])["sources"] == ["https://wiki.example.com"]
    assert target["EcsParameters"]["LaunchType"] == "FARGATE"
    assert place["AssignPublicIp"] == "ENABLED"
    assert not found.of("EC2::NatGateway")


def test_a_serverless_collection_is_new_and_private_and_knows_its_readers() -> None:
    found = template("serverless")
    (network,) = [
        json.loads(flat(each["Policy"]))
        for each in found.of("OpenSearchServerless::SecurityPolicy").values()
        if each["Type"] == "network"
    ]
    ((rules),) = json.loads(flat(found.one("OpenSearchServerless::AccessPolicy")["Policy"]))

    assert found.one("OpenSearchServerless::CollectionGroup")["Generation"] == "NEXTGEN"
    assert network[0]["AllowFromPublic"] is False
    assert network[0]["SourceVPCEs"][0].startswith("<IndexEndpoint")
    assert rules["Principal"] == [f"<{found.role_of('respond')}.Arn>"]
    assert rules["Rules"][0]["Permission"] == ["aoss:DescribeIndex", "aoss:ReadDocument"]


def test_kendra_crawls_with_manners() -> None:
    source = template("kendra").one("Kendra::DataSource")
    crawling = source["DataSourceConfiguration"]["TemplateConfiguration"]["Template"]

    assert crawling["type"] == "WEBCRAWLERV2"
    assert crawling["additionalProperties"]["honorRobots"] == "true"
    assert all(isinstance(each, str) for each in crawling["additionalProperties"].values())
    assert source["Schedule"] == "cron(0 3 * * ? *)"


def test_a_knowledge_base_is_synchronised_by_the_schedule() -> None:
    target = template("base").one("Scheduler::Schedule")["Target"]

    assert flat(target["Arn"]).endswith(":aws-sdk:bedrockagent:startIngestionJob")
    assert set(json.loads(flat(target["Input"]))) == {"KnowledgeBaseId", "DataSourceId"}


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

    assert len(emptied) == 2
    assert set(emptied) <= set(respond["DependsOn"])


def test_what_is_deployed_can_be_told_apart_by_a_tag() -> None:
    for function in template("plain").functions.values():
        assert {"Key": "tracemend", "Value": "tracemend-prod"} in function["Tags"]
