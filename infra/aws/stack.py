"""The whole system on AWS, in the order in which an error passes through it."""

from __future__ import annotations

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from infra.aws import functions, network
from infra.aws.actions_key import ActionsKey
from infra.aws.alarms import Alarms
from infra.aws.buckets import audit_bucket, trace_bucket
from infra.aws.budget import MonthlyBudget
from infra.aws.chat import Channels
from infra.aws.chat_function import chat_function
from infra.aws.config import Config
from infra.aws.dashboard import Dashboard
from infra.aws.emptying.emptied import EmptiedBuckets
from infra.aws.function import Surroundings, SystemFunction
from infra.aws.functions import Stores, work_queue
from infra.aws.image import image_parameter
from infra.aws.indexes.choices import index_choice
from infra.aws.ingest import ingest
from infra.aws.keys import DataKey
from infra.aws.ledger import LedgerTable
from infra.aws.mails import mail_topics
from infra.aws.models import Models
from infra.aws.mornings import mornings
from infra.aws.pipe import LogPipe
from infra.aws.queues import WorkQueue
from infra.aws.slack import slack_app
from infra.aws.stream import LogStream
from infra.aws.subscription import Subscriptions
from infra.aws.tags import tag
from infra.aws.topic import Notifications
from infra.aws.watch import WatchFunction


class TracemendStack(cdk.Stack):
    """One deployment, named after its name and stage."""

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(
            scope,
            "Tracemend",
            stack_name=config.prefix,
            description=f"Tracemend {config.stage}: from the error in your logs to an answered alert",
            env=cdk.Environment(region=config.region or None),
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        tag(self, config)
        around = Surroundings(config, image_parameter(self, config), network.for_functions(self, config))
        key = DataKey(self, config)
        topic = Notifications(self, config, key)
        index = index_choice(self, config, around.network)
        audit = audit_bucket(self, config) if config.observability.audit else None
        actions = ActionsKey(self) if config.served else None
        ledger, models = LedgerTable(self, config), Models(self, config)
        told = topic, key, index, models, actions, mail_topics(self, config, key)
        stores = Stores(ledger, trace_bucket(self, config), audit, *told)
        cdk.CfnOutput(self, "LedgerName", value=stores.ledger.table_name)

        incidents = work_queue(self, "Incidents", config, "respond")
        receipts = work_queue(self, "Receipts", config, "receipt")
        repairs = work_queue(self, "Repairs", config, "repair") if config.pull_requests else None

        intake = functions.intake(self, around, stores, incidents)
        self._logs_to(intake, config, key)
        respond = functions.respond(self, around, stores, incidents, repairs)
        askers = [respond, *([self._repairing(around, stores, repairs)] if repairs else [])]
        functions.receipt(self, around, stores, receipts)
        topic.confirm_to(receipts)
        askers += self._with_people(around, stores, incidents, repairs)
        reader = ingest(self, around, index)
        index.admit(respond.role, reader.role if reader else None)
        reading = [reader] if reader else []
        watching = [WatchFunction(self, around, stores).function] if config.pull_requests else []
        self._empty_on_deletion(config, stores, [*(each.resource for each in (*askers, *watching)), *reading])
        self._watched(config, topic, [each.role for each in (*askers, *reading)])

    def _with_people(
        self, around: Surroundings, stores: Stores, incidents: WorkQueue, repairs: WorkQueue | None
    ) -> list[SystemFunction]:
        """AWS Chatbot and the Slack app, and the end of quiet hours; who serves the buttons asks a model."""
        config = around.config
        chat = chat_function(self, around, stores, incidents, repairs) if config.served else None
        Channels(self, config, stores.topic, chat if config.chat.buttons else None)
        if chat and config.chat.slack_secret:
            slack_app(self, around, stores, chat)
        mornings(self, config, incidents)
        return [chat] if chat else []

    def _watched(self, config: Config, topic: Notifications, spending: list[iam.IRole]) -> None:
        if config.budget.monthly_usd:
            MonthlyBudget(self, config, topic, spending)
        if config.observability.alarms:
            Alarms(self, config, topic)
        if config.observability.dashboard:
            Dashboard(self, config)

    def _logs_to(self, intake: SystemFunction, config: Config, key: DataKey) -> None:
        """By way of a stream and a Pipe, or directly."""
        if config.logs.transport == "direct":
            Subscriptions(self, config, intake)
            return
        stream = LogStream(self, key)
        LogPipe(self, config, stream, intake)
        Subscriptions(self, config, stream)

    def _repairing(self, around: Surroundings, stores: Stores, repairs: WorkQueue) -> SystemFunction:
        """`verify` in its sealed network, and `repair` that asks it."""
        config = around.config
        image = image_parameter(self, config, "Verify")
        sealed = Surroundings(config, image, network.sealed(self, config))
        return functions.repair(self, around, stores, repairs, functions.verify(self, sealed))

    def _empty_on_deletion(self, config: Config, stores: Stores, users: Sequence[IConstruct]) -> None:
        buckets = [] if "traces" in config.keep else [stores.traces]
        buckets += [stores.audit] if stores.audit and "audit" not in config.keep else []
        if stores.index.file and "index" not in config.keep:
            buckets.append(stores.index.file.bucket)
        if buckets:
            EmptiedBuckets(self, config, buckets, users)
