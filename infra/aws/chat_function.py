"""The function that serves what is pressed and typed in the channel."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws import functions, rights, told
from infra.aws.config import Config
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction, traced
from infra.aws.names import function_name
from infra.aws.queues import WorkQueue


def chat_function(
    scope: Construct,
    around: Surroundings,
    stores: functions.Stores,
    incidents: WorkQueue,
    repairs: WorkQueue | None,
) -> SystemFunction:
    """Serves the buttons below the cards: notes in the ledger, queues work, answers from stored traces."""
    config = around.config
    spec = FunctionSpec(
        name="chat",
        timeout=functions.TIMEOUTS["chat"],
        memory=1_024,
        settings={
            "ledger_table": stores.ledger.table_name,
            "incidents_queue_url": incidents.queue_url,
            **({"repairs_queue_url": repairs.queue_url} if repairs else {}),
            "trace_bucket": stores.traces.bucket_name,
            **functions.asking(config, stores),
            **told.redaction(config),
            **(told.audited(config, stores.audit.bucket_name) if stores.audit else {}),
            **functions.signed(stores),
            **_searching(config),
            **traced(config),
        },
        rights=[
            rights.note_requests_in(stores.ledger),
            *functions.signing(stores),
            *rights.read_traces(stores.traces),
            *stores.models.asking,
            *([rights.add_to_audit(stores.audit)] if stores.audit else []),
            rights.send_to(incidents),
            *([rights.send_to(repairs)] if repairs else []),
            *(_looks(scope, config) if _searching(config) else []),
        ],
    )
    return SystemFunction(scope, spec, around)


def _searching(config: Config) -> dict[str, str]:
    """Where it looks for what people describe in the form of the Slack app: in log groups that are named."""
    if not config.chat.slack_secret or config.logs.account or not config.logs.groups:
        return {}
    groups = ",".join(config.logs.groups)
    return {"search_log_groups": groups, "intake_function": function_name(config, "intake")}


def _looks(scope: Construct, config: Config) -> list[iam.PolicyStatement]:
    intake = cdk.Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=function_name(config, "intake"),
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    return [rights.search_events(scope, config.logs.groups), rights.invoke(intake)]
