"""The Slack app's function and its URL, the only address of the system that anyone may call.

What it lets in is decided by Slack's signature (lambda_image/adapters/slack_app/gate.py).
"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.aws import rights
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction, traced
from infra.aws.functions import Stores
from infra.aws.names import function_name
from infra.aws.reserved import reserved

# The cold start has to fit into Slack's 3 seconds, and CPU comes with memory: this much is one whole CPU
# (AWS Lambda Developer Guide, "Configure memory").
MEMORY = 1_769
# Seconds, for what is put off.
TIMEOUT = 60


def slack_app(scope: Construct, around: Surroundings, stores: Stores, chat: SystemFunction) -> None:
    """Acknowledges what people send and answers it in an invocation of its own; `chat` serves its buttons."""
    config = around.config
    secret = config.chat.slack_secret
    signed = {"actions_secret": stores.actions.secret_arn} if stores.actions else {}
    spec = FunctionSpec(
        name="slack",
        timeout=TIMEOUT,
        memory=MEMORY,
        concurrency=reserved(config).get("slack", 0),
        settings={
            "ledger_table": stores.ledger.table_name,
            "slack_secret": secret,
            "chat_function": chat.name,
            **signed,
            **traced(config),
        },
        rights=[
            rights.read_secret(scope, secret),
            rights.read_and_mark_in(stores.ledger),
            rights.invoke(chat.arn),
            *([stores.actions.reading()] if stores.actions else []),
            rights.invoke(_itself(scope, function_name(config, "slack"))),
        ],
    )
    function = SystemFunction(scope, spec, around)
    url = lambda_.CfnUrl(
        function, "Url", auth_type="NONE", target_function_arn=function.arn, invoke_mode="BUFFERED"
    )
    # Both are needed: AWS Lambda Developer Guide, "Control access to Lambda function URLs".
    called = {"action": "lambda:InvokeFunctionUrl", "function_url_auth_type": "NONE"}
    invoked = {"action": "lambda:InvokeFunction", "invoked_via_function_url": True}
    for name, may in (("Call", called), ("Invoke", invoked)):
        lambda_.CfnPermission(function, name, function_name=function.arn, principal="*", **may)
    cdk.CfnOutput(scope, "SlackUrl", value=url.attr_function_url)


def _itself(scope: Construct, name: str) -> str:
    """Its own ARN, which its role cannot ask it for."""
    return cdk.Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=name,
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
