"""What the single choices bring: channels, models, budgets, ways to read the wiki, indexes."""

from __future__ import annotations

import json

import pytest

from infra.aws.wildcards import flat
from lambda_image.domain.action import TYPED
from lambda_image.settings import variable
from tests.infra.template import listed
from tests.infra.variants import environment, template


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
    aliases = [
        each["AliasName"] for each in found.of("Chatbot::CustomAction").values() if "AliasName" in each
    ]

    assert len(commands) == 7 + len(TYPED)
    assert len(aliases) == len(TYPED)
    assert all(len(alias) <= 30 for alias in aliases), aliases
    assert all(len(command) <= 100 for command in commands), commands
    for channel in ("SlackChannelConfiguration", "MicrosoftTeamsChannelConfiguration"):
        assert len(found.one(f"Chatbot::{channel}")["CustomizationResourceArns"]) == len(commands)


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


def test_the_function_that_embeds_the_wiki_is_stopped_too() -> None:
    found = template("embedding")
    action = found.one("Budgets::BudgetsAction")
    stopped = [role["Ref"] for role in action["Definition"]["IamActionDefinition"]["Roles"]]

    assert "bedrock:InvokeModel" in found.actions_of("ingest")
    assert found.role_of("ingest") in stopped


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
    assert set(payload) == {"sources", "index"}
    assert payload["index"] == environment("function", "respond")[variable("index")]
    assert payload["index"] == environment("function", "ingest")[variable("index")]
    assert "DeadLetterConfig" in found.function("ingest")
    assert environment("function", "ingest")[variable("wiki_private")] == "wiki.example.com"
    assert "secretsmanager:GetSecretValue" in found.actions_of("ingest")


@pytest.mark.parametrize(
    ("variant", "setting"),
    [
        ("vectors", "s3vectors:<IndexVectorBucket"),
        ("domain", "es+https://<IndexDomain"),
        ("own pages", "kendra:<Index"),
    ],
)
def test_the_index_is_kept_in_s3_and_copied_to_where_respond_asks(variant: str, setting: str) -> None:
    found = template(variant)
    payload = json.loads(flat(found.one("Scheduler::Schedule")["Target"]["Input"]))

    assert payload["index"].startswith("s3://<Index")
    assert payload["index"].endswith("/runbooks.sqlite")
    assert payload["to"].startswith(setting)
    assert payload["to"] == environment(variant, "respond")[variable("index")]
    assert "s3:GetObject" not in {
        action
        for each in found.rights_of("respond")
        if "Index" in flat(listed(each["Resource"])[0])
        for action in listed(each["Action"])
    }


def test_a_task_copies_into_a_collection_that_names_its_role() -> None:
    found = template("collection")
    (override,) = json.loads(flat(found.one("Scheduler::Schedule")["Target"]["Input"]))["containerOverrides"]
    rules = json.loads(flat(found.one("OpenSearchServerless::AccessPolicy")["Policy"]))
    (container,) = found.one("ECS::TaskDefinition")["ContainerDefinitions"]
    told = {each["Name"]: flat(each["Value"]) for each in container["Environment"]}

    assert json.loads(override["command"][0])["to"].startswith("aoss+<IndexCollection")
    assert [each["Principal"][0].startswith(("<Respond", "<IngestTaskRole")) for each in rules] == [True] * 2
    assert "aoss:WriteDocument" in rules[1]["Rules"][0]["Permission"]
    assert told[variable("embeddings")] == "us.cohere.embed-v4:0/1024"


@pytest.mark.parametrize("function", ["ingest", "respond"])
def test_who_makes_vectors_may_ask_their_model_alone(function: str) -> None:
    asking = [
        flat(resource)
        for each in template("domain").rights_of(function)
        if "bedrock:InvokeModel" in listed(each["Action"])
        for resource in listed(each["Resource"])
    ]
    told = environment("domain", function)[variable("embeddings")]

    assert [each for each in asking if each.endswith("foundation-model/amazon.titan-embed-text-v2:0")]
    assert told == "amazon.titan-embed-text-v2:0/1024"
    assert "bedrock:InvokeModel" not in template("function").actions_of("ingest")
    assert variable("embeddings") not in environment("function", function)


def test_a_kept_kendra_index_keeps_the_role_that_it_works_in() -> None:
    resources = template("own pages").body["Resources"]
    kept = {each["Type"] for each in resources.values() if each.get("DeletionPolicy") == "Retain"}
    (index,) = (each for each in resources.values() if each["Type"] == "AWS::Kendra::Index")
    role = index["Properties"]["RoleArn"]["Fn::GetAtt"][0]

    assert {"AWS::Kendra::Index", "AWS::Kendra::DataSource"} <= kept
    assert resources[role]["DeletionPolicy"] == "Retain"


def test_a_run_that_goes_on_writes_nothing_into_a_bucket_that_is_emptied() -> None:
    """What CloudFormation makes later it deletes first: the schedule, the function, the bucket's policy."""
    resources = template("function").body["Resources"]
    emptied = [name for name, each in resources.items() if each["Type"] == "Custom::EmptiedBucket"]
    later = {
        name for name, each in resources.items() if set(emptied) & set(listed(each.get("DependsOn", [])))
    }
    kinds = {resources[name]["Type"] for name in later if name.startswith("Ingest")}

    assert {"AWS::Scheduler::Schedule", "AWS::Lambda::Function"} <= kinds
    assert sum(resources[name]["Type"] == "AWS::S3::BucketPolicy" for name in later) == len(emptied) == 3
    assert "s3:PutBucketPolicy" in template("function").actions_of("empty-bucket")


def test_a_large_wiki_is_read_by_a_task_with_the_same_payload() -> None:
    found = template("task")
    target = found.one("Scheduler::Schedule")["Target"]
    (override,) = json.loads(flat(target["Input"]))["containerOverrides"]
    place = target["EcsParameters"]["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert json.loads(override["command"][0])["sources"] == ["https://wiki.example.com"]
    assert target["EcsParameters"]["LaunchType"] == "FARGATE"
    assert place["AssignPublicIp"] == "ENABLED"
    assert not found.of("EC2::NatGateway")
    # Container Insights would make a log group that no stack deletes and no subscription leaves out.
    assert found.one("ECS::Cluster")["ClusterSettings"] == [
        {"Name": "containerInsights", "Value": "disabled"}
    ]


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
    assert [each["Permission"] for each in rules["Rules"]] == [["aoss:DescribeIndex", "aoss:ReadDocument"]]
    assert rules["Rules"][0]["Resource"][1].endswith("/runbooks-*")


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
