"""Whether Slack takes the tokens of its channels, and whether they may do what cards and the app need."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from infra.aws.config import Config
from infra.aws.direct import DirectChannel
from infra.aws.doctor.check import Check, Client, judged
from infra.aws.doctor.secrets import secret
from lambda_image.adapters.channels.held import entry
from lambda_image.adapters.channels.slack_api import SlackApi
from lambda_image.domain.errors import PermanentError, TransientError

# To send and change messages; and, of public or private channels, to look whether one is there already.
SENDS, LOOKS = "chat:write", ("channels:history", "groups:history")
# What the app that listens needs beside these.
LISTENS = ("app_mentions:read", "commands")
FIX = "Set up the app as docs/operations/slack.md says"
SCOPES = "Add them to the app's bot token scopes (OAuth & Permissions), and install it to the workspace again"
TIMEOUT = 5.0
# Seconds. Slack plans a message up to 120 days ahead (Slack API reference, chat.scheduleMessage).
PLANNED = 119 * 86_400
# As the app's page shows it, under Basic Information.
_SIGNING_SECRET = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Api(Protocol):
    """As much of Slack's Web API as is asked."""

    def scopes(self) -> frozenset[str]:
        """What the token may do. Raises PermanentError and TransientError."""

    def write(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call a method. Raises PermanentError and TransientError."""


def by_token(channel: DirectChannel, told: str) -> Api:
    """Slack, asked with the token in a secret."""
    return SlackApi(channel.told(), lambda: told, TIMEOUT)


Open = Callable[[DirectChannel, str], Api]


def channels(config: Config, client: Client, opened: Open = by_token) -> Iterator[Check]:
    """The token of each Slack channel, and whether it may post there; nobody sees anything of it."""
    for each in config.channels:
        if each.kind == "slack":
            listens = each.secret == config.chat.slack_secret
            yield _channel(each, secret(client, each.secret), opened, listens=listens)


def signing(config: Config, client: Client) -> Iterator[Check]:
    """What the app that listens knows Slack's requests by."""
    if not (name := config.chat.slack_secret):
        return
    told = secret(client, name) or ""
    try:
        found = entry("signing_secret", lambda: told)
    except PermanentError as error:
        found, said = "", str(error) if told else f"there is no secret {name}"
    else:
        said = "signing_secret has not the form of one: 32 digits and letters from a to f"
    ok = bool(_SIGNING_SECRET.fullmatch(found))
    fix = f"Store the Signing Secret of the app's Basic Information in {name}, as signing_secret beside token"
    yield judged("chat.slack_secret", f"{name} holds a signing secret" if ok else said, fix, ok=ok)


def _channel(channel: DirectChannel, told: str | None, opened: Open, *, listens: bool) -> Check:
    name = f"channels.{channel.name}"
    if told is None:
        return Check(name, ok=False, detail=f"there is no secret {channel.secret}", fix=FIX)
    try:
        api = opened(channel, told)
        if missing := _missing(api.scopes(), listens=listens):
            return Check(name, ok=False, detail=f"the token lacks {', '.join(missing)}", fix=SCOPES)
        _rehearse(api, channel.channel)
    except (PermanentError, TransientError) as error:
        return Check(name, ok=False, detail=str(error), fix=FIX)
    return Check(name, ok=True, detail=f"{channel.secret} holds a token that may look, and post there")


def _missing(found: frozenset[str], *, listens: bool) -> list[str]:
    wanted = [SENDS, *(LISTENS if listens else ())]
    missing = [each for each in wanted if each not in found]
    return missing + ([] if found & {*LOOKS} else [" or ".join(LOOKS)])


def _rehearse(api: Api, channel: str) -> None:
    """Plan a message far ahead, which Slack takes from who may post there, and take it back at once."""
    at = int(time.time()) + PLANNED
    body = {"channel": channel, "text": "tracemend doctor looked whether it may post here", "post_at": at}
    planned = api.write("chat.scheduleMessage", body)["scheduled_message_id"]
    api.write("chat.deleteScheduledMessage", {"channel": channel, "scheduled_message_id": planned})
