"""The Slack app's function: what it may do, who may call it, and that it is only there where it is wanted."""

from __future__ import annotations

from infra.aws.wildcards import flat
from lambda_image.settings import variable
from tests.infra.variants import environment, template


def test_it_may_look_and_pass_on_and_nothing_else() -> None:
    found = template("channels")
    rights = {
        flat(each["Resource"]): each["Action"]
        for each in found.rights_of("slack")
        if "logs:PutLogEvents" not in each["Action"] and "ActionsKey" not in flat(each["Resource"])
    }
    chat, ledger, itself, secret = sorted(rights, key=lambda each: (not each.startswith("<"), each))

    assert {chat.partition("Function")[0]: rights[chat]} == {"<Chat": "lambda:InvokeFunction"}
    assert itself.endswith(":function:tracemend-prod-slack")
    assert secret.endswith(":secret:tracemend/slack-??????")
    assert rights[itself] == "lambda:InvokeFunction"
    assert rights[secret] == "secretsmanager:GetSecretValue"
    assert rights[ledger] == ["dynamodb:PutItem", "dynamodb:Scan"]


def test_anyone_may_call_its_url_and_no_other_function_has_one() -> None:
    found = template("channels")
    url = found.one("Lambda::Url")
    permissions = [each for each in found.of("Lambda::Permission").values() if each["Principal"] == "*"]

    assert (url["AuthType"], flat(url["TargetFunctionArn"]).startswith("<Slack")) == ("NONE", True)
    assert sorted(
        (each["Action"], each.get("FunctionUrlAuthType"), each.get("InvokedViaFunctionUrl"))
        for each in permissions
    ) == [
        ("lambda:InvokeFunction", None, True),
        ("lambda:InvokeFunctionUrl", "NONE", None),
    ]
    assert {flat(each["FunctionName"]) for each in permissions} == {flat(url["TargetFunctionArn"])}


def test_it_is_told_of_its_secret_and_of_chat_and_whoever_posts_cards_of_the_secret() -> None:
    told = environment("channels", "slack")

    assert told[variable("slack_secret")] == environment("channels", "respond")[variable("slack_secret")]
    assert told[variable("chat_function")] == "tracemend-prod-chat"
    secrets = ("slack_secret", "actions_secret")
    assert set(told) == {variable(name) for name in (*secrets, "chat_function", "ledger_table")}
    assert template("channels").function("slack")["ReservedConcurrentExecutions"] == 5


def test_without_its_secret_there_is_none_and_with_it_no_custom_action_of_chatbot() -> None:
    assert not template("pulls").of("Lambda::Url")
    assert not [name for name in template("pulls").functions if name.endswith("-slack")]
    assert not template("channels").of("Chatbot::CustomAction")


def test_chat_searches_the_named_log_groups_for_its_form_and_none_without_an_app_or_a_name() -> None:
    found = template("channels")
    rights = {
        action: [each["Resource"]] if isinstance(each["Resource"], dict) else each["Resource"]
        for each in found.rights_of("chat")
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    told = environment("channels", "chat")

    assert [flat(each).rpartition(":log-group:")[2] for each in rights["logs:FilterLogEvents"]] == [
        "/aws/lambda/checkout:*"
    ]
    assert [flat(each).rpartition(":")[2] for each in rights["lambda:InvokeFunction"]] == [
        "tracemend-prod-intake"
    ]
    assert told[variable("search_log_groups")] == "/aws/lambda/checkout"
    assert "FilterLogEvents" not in str(template("pulls").rights_of("chat"))
