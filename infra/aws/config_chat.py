"""What is wrong with the ways to people: AWS Chatbot, its buttons, and the channels beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from infra.aws import told
from lambda_image.domain.channels import TOPIC
from lambda_image.domain.quiet import quiet_hours

if TYPE_CHECKING:
    from infra.aws.config import Config
    from infra.aws.direct import DirectChannel

# With it the command of a button stays within 100 characters in every Region (infra/aws/chat.py).
PREFIX_LENGTH_WITH_BUTTONS = 15
UUID = r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SLACK_IDS = {"workspace": r"T[0-9A-Z]+", "channel": r"[CG][0-9A-Z]+"}
TEAMS_IDS = {"tenant": UUID, "team": UUID, "channel": r"[\w.~-]+(%[0-9A-Fa-f]{2}[\w.~-]*)+"}
# Of the 4 KB that all environment variables of `respond` and `repair` may have together (Lambda quotas).
CHANNELS_BYTES = 800
# What the ARN of an e-mail topic adds to them at most.
TOPIC_BYTES = 150
SLACK_HOSTS = ("", "slack.com", "slack-gov.com")
HOST = r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+"


def _chat(config: Config) -> Iterator[str]:
    used = {
        name: (asdict(table), patterns)
        for name, table, patterns in (
            ("chat.slack", config.chat.slack, SLACK_IDS),
            ("chat.teams", config.chat.teams, TEAMS_IDS),
        )
        if any(asdict(table).values())
    }
    if not used and not any(each.hears_all for each in config.channels):
        yield "chat.slack and chat.teams are both absent, so nobody would be told"
    for name, (table, patterns) in used.items():
        for key, pattern in patterns.items():
            if not re.fullmatch(pattern, table[key]):
                yield f"{name}.{key} is {table[key]!r}; docs/deployment.md says where to find it"


def _buttons(config: Config) -> Iterator[str]:
    if config.chat.buttons and len(config.prefix) > PREFIX_LENGTH_WITH_BUTTONS:
        yield (
            f"chat.buttons: name and stage make {config.prefix!r}; their commands have room for"
            f" {PREFIX_LENGTH_WITH_BUTTONS} characters"
        )


def _app(config: Config) -> Iterator[str]:
    """An app without a channel would have no cards to put its buttons below."""
    secret = config.chat.slack_secret
    if secret and not any(each.kind == "slack" and each.secret == secret for each in config.channels):
        yield f"chat.slack_secret is {secret!r}, but no channel of kind slack has that secret"


def _hook(channel: DirectChannel) -> Iterator[str]:
    if not re.fullmatch(HOST, channel.host):
        yield f"host is {channel.host!r}; write the host of its address, like hooks.example.com"
    if not channel.secret:
        yield "secret is missing: the name of the secret with its address"


def _slack(channel: DirectChannel) -> Iterator[str]:
    if channel.host not in SLACK_HOSTS:
        yield f"host is {channel.host!r}; leave it out for slack.com, or write slack-gov.com"
    if not channel.secret:
        yield "secret is missing: the name of the secret with the token of your Slack app"
    if not re.fullmatch(SLACK_IDS["channel"], channel.channel):
        yield f"channel is {channel.channel!r}; write its id, which stands at the end of its details in Slack"


def _mail(channel: DirectChannel) -> Iterator[str]:
    if not channel.addresses:
        yield "addresses is empty, so no e-mail would be sent"
    for each in channel.addresses:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", each):
            yield f"addresses has {each!r}, which is no e-mail address"
    if channel.host or channel.secret:
        yield "host and secret are for webhooks; e-mail goes through a topic that the stack makes"


KINDS = {"slack": _slack, "teams": _hook, "webhook": _hook, "email": _mail}


def _strange(channel: DirectChannel) -> Iterator[str]:
    """Keys that are for another kind."""
    if channel.addresses and channel.kind != "email":
        yield f"addresses are for e-mail, but kind is {channel.kind}"
    if channel.channel and channel.kind != "slack":
        yield f"channel is for Slack, but kind is {channel.kind}"


def _quiet(channel: DirectChannel) -> Iterator[str]:
    try:
        if channel.quiet:
            quiet_hours(channel.quiet)
    except ValueError as wrong:
        yield str(wrong)


def _each(config: Config) -> Iterator[str]:
    for number, each in enumerate(config.channels):
        place = f"channels[{number}]"
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", each.name) or each.name == TOPIC:
            yield f"{place}.name is {each.name!r}; lower case, digits and hyphens are allowed, not {TOPIC}"
        wrong = (*KINDS[each.kind](each), *_strange(each), *_quiet(each))
        yield from (f"{place}.{problem}" for problem in wrong)


def _channels(config: Config) -> Iterator[str]:
    names = [each.name for each in config.channels]
    if len(set(names)) < len(names):
        yield "channels has a name twice"
    wrong = tuple(_each(config))
    yield from wrong
    if wrong:
        return
    mails = sum(each.kind == "email" for each in config.channels)
    size = len(told.channels(config, {}).get("channels", "")) + mails * TOPIC_BYTES
    if size > CHANNELS_BYTES:
        yield f"channels take {size} bytes of the functions' environment; {CHANNELS_BYTES} are free"


RULES = (_chat, _buttons, _app, _channels)
