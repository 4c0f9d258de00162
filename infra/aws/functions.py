"""The functions of the system: how long, how large, how many, with which rights and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.aws import rights, told
from infra.aws.actions_key import ActionsKey
from infra.aws.config import Config
from infra.aws.cost import token_price
from infra.aws.function import FunctionSpec, Surroundings, SystemFunction, embedded, traced
from infra.aws.indexes.choice import IndexChoice
from infra.aws.keys import DataKey
from infra.aws.models import Models, embedding, ranking
from infra.aws.names import read_log_groups, refused_prefixes, subscribed
from infra.aws.queues import MAX_RECEIVE_COUNT, DeadLetterQueue, WorkQueue, visibility
from infra.aws.reserved import RECEIPTS_AT_ONCE, reserved
from infra.aws.topic import Notifications

# Seconds. `repair` waits for models and for `verify`, several times; 900 is Lambda's most.
TIMEOUTS = {
    "intake": 60,
    "respond": 180,
    "repair": 900,
    "verify": 300,
    "receipt": 15,
    "chat": 60,
    "watch": 300,
}
# What `intake` alone decides by.
NOISE = (
    *("dedup_window_seconds", "new_problems", "new_problems_window_seconds", "daily_receipt"),
    *("spike_minimum", "spike_factor", "spike_quiet_seconds"),
)
# What `repair` alone decides by: numbers, and lists of paths.
BOUNDS = ("repair_attempts", "repair_tokens", "repair_seconds", "repair_usd", "repair_lines")
PATHS = ("repair_careful", "edit_allow", "edit_deny")


@dataclass(frozen=True, slots=True)
class Stores:
    """What the functions write to and read from."""

    ledger: dynamodb.Table
    traces: s3.Bucket
    audit: s3.Bucket | None
    topic: Notifications
    key: DataKey
    index: IndexChoice
    models: Models
    actions: ActionsKey | None = None
    mails: Mapping[str, sns.ITopic] = field(default_factory=dict)


def work_queue(scope: Construct, name: str, config: Config, function: str) -> WorkQueue:
    """A queue that hides a message as long as its function may need."""
    hidden = visibility(TIMEOUTS[function], reserved=config.concurrency.reserve)
    return WorkQueue(scope, name, hidden)


def intake(scope: Construct, around: Surroundings, stores: Stores, incidents: WorkQueue) -> SystemFunction:
    """Counts a batch of logs and queues what is new: a table and one queue, no model and no git."""
    config = around.config
    direct = config.logs.transport == "direct"
    spec = FunctionSpec(
        name="intake",
        timeout=TIMEOUTS["intake"],
        memory=1_024,
        concurrency=reserved(config).get("intake", 0),
        settings={
            "ledger_table": stores.ledger.table_name,
            "incidents_queue_url": incidents.queue_url,
            "own_log_groups": ",".join(refused_prefixes(config)),
            **{name: str(getattr(config.tuning, name)) for name in NOISE},
            "excluded_log_groups": ",".join(config.logs.exclude),
            "patterns": json.dumps(subscribed(config)),
            "include": json.dumps(config.tuning.include),
            "exclude": json.dumps(config.tuning.exclude),
            **told.redaction(config),
            **told.fingerprint_rules(config),
            **traced(config),
        },
        rights=[rights.count_in(stores.ledger), rights.send_to(incidents)],
        dead_letters=DeadLetterQueue(scope, "IntakeDeadLetters") if direct else None,
    )
    return SystemFunction(scope, spec, around)


def respond(
    scope: Construct, around: Surroundings, stores: Stores, incidents: WorkQueue, repairs: WorkQueue | None
) -> SystemFunction:
    """Answers one problem: models, index, read-only source, topic. No token that can write."""
    config = around.config
    spec = FunctionSpec(
        name="respond",
        timeout=TIMEOUTS["respond"],
        memory=2_048,
        storage=4_096,
        concurrency=reserved(config).get("respond", 0),
        settings={
            **_answering(config, stores),
            **told.redaction(config),
            "index": stores.index.setting,
            **embedded(config),
            **told.manner(config),
            **told.services(config),
            "neighbour_seconds": str(config.tuning.neighbour_seconds),
            **({"repairs_queue_url": repairs.queue_url} if repairs else {}),
            **told.code_hosts(config, writes=False),
        },
        rights=[
            rights.take_from(incidents),
            *desk(scope, config, stores),
            *stores.models.asking,
            *stores.index.reading,
            *embedding(scope, config),
            *ranking(scope, config),
            *(rights.read_events(scope, read_log_groups(config)) if config.tuning.neighbour_seconds else []),
            *([rights.send_to(repairs)] if repairs else []),
            *rights.reach_code(scope, config, writes=False),
        ],
    )
    function = SystemFunction(scope, spec, around)
    function.take_from(incidents, 1, config.concurrency.respond)
    return function


def verify(scope: Construct, sealed: Surroundings) -> SystemFunction:
    """Runs tests on a patch: no settings, no rights but its own log, no route out."""
    config = sealed.config
    spec = FunctionSpec(
        name="verify",
        timeout=TIMEOUTS["verify"],
        memory=3_008,
        storage=4_096,
        concurrency=reserved(config).get("verify", 0),
    )
    return SystemFunction(scope, spec, sealed)


def repair(
    scope: Construct, around: Surroundings, stores: Stores, repairs: WorkQueue, verifier: SystemFunction
) -> SystemFunction:
    """Opens one draft pull request: the only function that reads the tokens which can."""
    config = around.config
    spec = FunctionSpec(
        name="repair",
        timeout=TIMEOUTS["repair"],
        memory=2_048,
        storage=4_096,
        concurrency=reserved(config).get("repair", 0),
        settings={
            **_answering(config, stores),
            **told.code_hosts(config, writes=True),
            "verify_function": verifier.name,
            **_repairing(config, stores),
        },
        rights=[
            rights.take_from(repairs),
            *desk(scope, config, stores),
            *stores.models.asking,
            *stores.models.asking_repair,
            rights.invoke(verifier.arn),
            *rights.reach_code(scope, config, writes=True),
            *rights.see_what_runs(scope, config),
        ],
    )
    function = SystemFunction(scope, spec, around)
    function.take_from(repairs, 1, config.concurrency.repair)
    return function


def receipt(scope: Construct, around: Surroundings, stores: Stores, receipts: WorkQueue) -> SystemFunction:
    """Notes in the ledger which cards the topic delivered."""
    spec = FunctionSpec(
        name="receipt",
        timeout=TIMEOUTS["receipt"],
        memory=512,
        concurrency=reserved(around.config).get("receipt", 0),
        settings={"ledger_table": stores.ledger.table_name, **traced(around.config)},
        rights=[rights.take_from(receipts), rights.note_in(stores.ledger)],
    )
    function = SystemFunction(scope, spec, around)
    function.take_from(receipts, 10, RECEIPTS_AT_ONCE)
    return function


def _answering(config: Config, stores: Stores) -> dict[str, str]:
    """The settings of both functions that ask a model and publish."""
    return {
        **publishing(config, stores),
        **asking(config, stores),
        "queue_receives": str(MAX_RECEIVE_COUNT),
        "repair_most": config.tuning.repair_most,
    }


def asking(config: Config, stores: Stores) -> dict[str, str]:
    """The settings of whoever asks a model."""
    tuning = config.tuning
    return {
        "models": ",".join(stores.models.ids),
        "max_output_tokens": str(tuning.max_output_tokens),
        "evidence_tokens": str(tuning.evidence_tokens),
        **({} if tuning.temperature is None else {"temperature": str(tuning.temperature)}),
        "prices": json.dumps(_prices(config, stores)),
    }


def publishing(config: Config, stores: Stores) -> dict[str, str]:
    """The settings of every function that publishes and reads the repositories."""
    mappings = [{k: v for k, v in asdict(each).items() if v} for each in config.repositories]
    return {
        "ledger_table": stores.ledger.table_name,
        "topic_arn": stores.topic.topic_arn,
        "trace_bucket": stores.traces.bucket_name,
        "repositories": json.dumps(mappings),
        **told.audience(config),
        **told.channels(config, {name: each.topic_arn for name, each in stores.mails.items()}),
        **(told.audited(config, stores.audit.bucket_name) if stores.audit else {}),
        **signed(stores),
        **traced(config),
    }


def _repairing(config: Config, stores: Stores) -> dict[str, str]:
    """How far a repair may go, and with which model at last."""
    tuning = config.tuning
    return {
        "repair_model": stores.models.repair_id,
        **{name: str(getattr(tuning, name)) for name in BOUNDS},
        **told.aftermath(config),
        **{name: json.dumps(getattr(tuning, name)) for name in PATHS},
        "test_command": tuning.test_command,
    }


def _prices(config: Config, stores: Stores) -> list[dict[str, object]]:
    """What is known of each model's price, under the id that it is asked by."""
    return [
        {"model": asked, "read": known[0], "written": known[1]}
        for name, asked in (
            *zip(config.models.chain, stores.models.ids, strict=True),
            (config.models.repair, stores.models.repair_id),
        )
        if (known := token_price(name))
    ]


def signed(stores: Stores) -> dict[str, str]:
    """What the buttons below a card are signed with, where there are some."""
    return {"actions_secret": stores.actions.secret_arn} if stores.actions else {}


def signing(stores: Stores) -> list[iam.PolicyStatement]:
    """Sign the buttons below a card, or hold them against the signature."""
    return [stores.actions.reading()] if stores.actions else []


def desk(scope: Construct, config: Config, stores: Stores) -> list[iam.PolicyStatement]:
    """Claim, remember, publish, close; and add to the audit trail: of every function that tells people."""
    secrets = sorted({each.secret for each in config.channels} - {""})
    return [
        rights.claim_in(stores.ledger),
        *rights.keep_traces(stores.traces),
        *rights.publish_to(stores.topic, stores.key),
        *(rights.read_secret(scope, name) for name in secrets),
        *(rights.allow(each.topic_arn, "sns:Publish") for each in stores.mails.values()),
        *([rights.add_to_audit(stores.audit)] if stores.audit else []),
        *signing(stores),
    ]
