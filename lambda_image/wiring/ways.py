"""The ways to people, made of adapters: the topic, and the channels of the settings beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lambda_image.ports import Notifier, Receipts

if TYPE_CHECKING:
    from lambda_image.adapters.retry import Retry
    from lambda_image.domain.card import Card
    from lambda_image.domain.channels import Channel
    from lambda_image.domain.notification import Notification, Telling
    from lambda_image.ports import Keeping
    from lambda_image.wiring.invocations import Invocations

    Signer = Callable[[Notification | Card], Mapping[str, str]]

# To wait for the answer of a way to people; to connect takes half of it at most.
TRY_SECONDS = 10.0


def no_tokens(_: Notification | Card) -> Mapping[str, str]:
    """Where nobody serves buttons."""
    return {}


def with_channels(made: Invocations, topic: Notifier, receipts: Receipts, sign: Signer) -> Notifier:
    """The topic first, then each channel of the settings, for what happens where it wants to hear of it."""
    if not made.settings.channels:
        return topic
    from lambda_image.channels import Channels, Quiet, Way
    from lambda_image.domain.channels import TOPIC
    from lambda_image.domain.evidence import place_of

    asked, patient = made.settings, patience(made, attempts=3)

    def way(channel: Channel) -> Way:
        def takes(telling: Telling) -> bool:
            place = place_of(telling.log_group, asked.services) if telling.log_group else None
            return channel.takes(place, telling.severity)

        told, hours = _channel(made, channel, patient, sign), channel.hours
        if hours:
            told = Quiet(channel.name, told, hours, channel.urgent, keeping(made), made.clock)
        return Way(channel.name, told, takes)

    return Channels([Way(TOPIC, topic), *map(way, asked.channels)], receipts)


def patience(made: Invocations, attempts: int) -> Retry:
    """A way that is down leaves each of the other channels the time for a try."""
    from lambda_image.adapters.retry import Retry

    return Retry(made.clock, attempts, 5.0 + 1.5 * TRY_SECONDS * len(made.settings.channels))


def _channel(made: Invocations, channel: Channel, retry: Retry, sign: Signer) -> Notifier:
    """What sends to one of them."""
    from lambda_image.adapters.channels.cards import CardNotifier
    from lambda_image.adapters.channels.email import EmailTopic
    from lambda_image.adapters.channels.https import Door
    from lambda_image.adapters.channels.webhook import SignedWebhook, TeamsWebhook
    from lambda_image.adapters.retry import Retry
    from lambda_image.adapters.secrets import Secret
    from lambda_image.domain.channels import ChannelKind
    from lambda_image.steps.cards.email import email_messages
    from lambda_image.steps.cards.teams import teams_messages
    from lambda_image.steps.cards.webhook import webhook_messages

    if channel.kind == ChannelKind.EMAIL:
        client = made.client("sns", TRY_SECONDS)
        return CardNotifier(email_messages, EmailTopic(client, channel.topic_arn, retry))
    # It is fetched within the retry of the message.
    secret = Secret(made.client("secretsmanager"), channel.secret, Retry(made.clock, attempts=1))
    if channel.kind == ChannelKind.SLACK:
        # A button comes back to the app that posted it.
        served = channel.secret == made.settings.slack_secret
        return _slack(channel, secret, retry, sign if served else no_tokens)
    door = Door(channel, secret, (TRY_SECONDS / 2, TRY_SECONDS))
    if channel.kind == ChannelKind.TEAMS:
        return CardNotifier(teams_messages, TeamsWebhook(door, retry))
    return CardNotifier(webhook_messages, SignedWebhook(door, retry, made.clock))


def _slack(channel: Channel, secret: Callable[[], str], retry: Retry, signed: Signer) -> Notifier:
    from lambda_image.adapters.channels.slack import SlackNotifier
    from lambda_image.adapters.channels.slack_api import SlackApi
    from lambda_image.steps.cards.slack import renewed, slack_messages

    # A message may take two calls to look and one to send.
    api = SlackApi(channel, secret, TRY_SECONDS / 2)

    def rendered(card: Card) -> tuple[Mapping[str, Any], ...]:
        return slack_messages(card, signed(card))

    return SlackNotifier(api, channel.channel, rendered, renewed, retry)


def keeping(made: Invocations) -> Keeping:
    """What channels hear of when their quiet hours are over."""
    from lambda_image.adapters.dynamodb.keeping import DynamoKeeping
    from lambda_image.adapters.dynamodb.table import Table

    return DynamoKeeping(Table(made.client("dynamodb"), made.settings.ledger_table, made.retry))
