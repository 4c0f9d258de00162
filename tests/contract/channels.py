"""The ways to people as the contract suite drives them: each with an outside that can be out of order."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.config import Config
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from lambda_image.adapters.channels.cards import CardNotifier
from lambda_image.adapters.channels.chatbot import SnsNotifier
from lambda_image.adapters.channels.email import EmailTopic
from lambda_image.adapters.channels.https import Door
from lambda_image.adapters.channels.slack import SlackNotifier
from lambda_image.adapters.channels.slack_api import SlackApi
from lambda_image.adapters.channels.webhook import SignedWebhook, TeamsWebhook
from lambda_image.adapters.retry import Retry
from lambda_image.channels import Channels, Way
from lambda_image.domain.channels import TOPIC, Channel
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.ports import Notifier
from lambda_image.steps.cards.email import email_messages
from lambda_image.steps.cards.slack import renewed, slack_messages
from lambda_image.steps.cards.teams import teams_messages
from lambda_image.steps.cards.webhook import webhook_messages
from tests.contract.servers.hooks import KEY, Answer, Hooks
from tests.contract.servers.slack import CHANNEL, TOKEN, Fault, LoopbackSlack
from tests.fakes.clock import FixedClock
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryNotifier

REGION = "eu-west-1"


class Outside(Protocol):
    """What stands behind a notifier."""

    notifier: Notifier

    def arrived(self) -> list[str]:
        """What tells the messages apart, in the order in which they came."""

    def full(self, after: float, *, for_good: bool = False) -> None:
        """Refuse what comes after so many messages, for now or for good."""


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        self.kept = MemoryNotifier()
        self.notifier: Notifier = self.kept

    def arrived(self) -> list[str]:
        """See `Outside`."""
        return [each.title for each in self.kept.published]

    def full(self, after: float, *, for_good: bool = False) -> None:
        """See `Outside`."""
        self.kept.room = after
        self.kept.fault = PermanentError if for_good else TransientError


class Several(InMemory):
    """The fake behind the notifier of several."""

    def __init__(self) -> None:
        super().__init__()
        self.notifier = Channels([Way(TOPIC, self.kept)], MemoryLedger(FixedClock()))


class Topic:
    """SNS on moto."""

    def __init__(self) -> None:
        self.client: Any = boto3.client(
            "sns",
            region_name=REGION,
            aws_access_key_id="t",
            aws_secret_access_key="t",
            config=Config(retries={"total_max_attempts": 1}),
        )
        self.arn = self.client.create_topic(Name="cards")["TopicArn"]
        self._room, self._fault = math.inf, (500, "InternalError")
        self.client.meta.events.register("before-call.sns.Publish", self._judged)
        self.notifier: Notifier = SnsNotifier(self.client, self.arn, patient())

    def sent(self) -> list[Any]:
        """As moto keeps it: id, message, subject, attributes."""
        return list(sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.arn].sent_notifications)

    def arrived(self) -> list[str]:
        """See `Outside`."""
        return [each[1] for each in self.sent()]

    def full(self, after: float, *, for_good: bool = False) -> None:
        """See `Outside`."""
        self._room = after
        self._fault = (403, "AuthorizationError") if for_good else (500, "InternalError")

    def _judged(self, **_: Any) -> Any:
        if len(self.sent()) < self._room:
            return None
        status, code = self._fault
        told = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("https://sns", status, HTTPHeaders(), None), told


class Mails(Topic):
    """E-mail through SNS on moto."""

    def __init__(self) -> None:
        super().__init__()
        self.notifier = CardNotifier(email_messages, EmailTopic(self.client, self.arn, patient()))


class Hook:
    """A webhook on loopback."""

    def __init__(self, kind: str, hooks: Hooks, clock: FixedClock) -> None:
        self.hooks = hooks
        channel = Channel("ops", kind, "127.0.0.1", "secret")
        self.door = Door(channel, lambda: f'{{"url": "{hooks.url}", "key": "{KEY}"}}', (1.0, 0.5))
        self.notifier: Notifier = (
            CardNotifier(teams_messages, TeamsWebhook(self.door, patient()))
            if kind == "teams"
            else CardNotifier(webhook_messages, SignedWebhook(self.door, patient(), clock))
        )

    def arrived(self) -> list[str]:
        """See `Outside`."""
        assert not self.hooks.wrong
        return [str(each.get("summary") or each.get("id")) for each in self.hooks.accepted]

    def full(self, after: float, *, for_good: bool = False) -> None:
        """See `Outside`."""
        self.hooks.room = after
        self.hooks.answers = [Answer(404 if for_good else 503)]


class SlackChannel:
    """A channel of the Slack on loopback."""

    def __init__(self, slack: LoopbackSlack) -> None:
        self.slack = slack
        self.notifier: Notifier = slack_notifier(slack, patient())

    def arrived(self) -> list[str]:
        """See `Outside`."""
        assert not self.slack.wrong
        return [str(each["text"]) for each in self.slack.ours]

    def full(self, after: float, *, for_good: bool = False) -> None:
        """See `Outside`."""
        self.slack.room = after
        self.slack.full = Fault(error="is_archived") if for_good else Fault(503)


def slack_notifier(slack: LoopbackSlack, retry: Retry, token: str = TOKEN) -> SlackNotifier:
    """Tells that Slack; a call has a second."""
    channel = Channel("ops", "slack", slack.host, "secret", CHANNEL)
    api = SlackApi(channel, lambda: json.dumps({"token": token}), 1.0)
    return SlackNotifier(api, CHANNEL, slack_messages, renewed, retry)


def patient() -> Retry:
    """Three tries, without waiting."""
    return Retry(FixedClock(), attempts=3, sleep=lambda _: None)


@contextmanager
def outside(kind: str, folder: Path) -> Iterator[Outside]:
    """A fresh one of this kind."""
    if kind == "memory":
        yield InMemory()
    elif kind == "several":
        yield Several()
    elif kind in {"topic", "email"}:
        with mock_aws():
            yield Topic() if kind == "topic" else Mails()
    elif kind == "slack":
        with LoopbackSlack(folder) as slack:
            yield SlackChannel(slack)
    else:
        clock = FixedClock()
        with Hooks(kind, folder, lambda: clock.now() / 1_000) as hooks:
            yield Hook(kind, hooks, clock)
