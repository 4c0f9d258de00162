"""Whether Slack takes the tokens of its channels, and whether they may do what cards need."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from infra.aws.config import Config
from infra.aws.direct import DirectChannel
from infra.aws.doctor.check import Check, Client, judged
from infra.aws.doctor.secrets import secret
from lambda_image.adapters.channels.slack_api import SlackApi
from lambda_image.domain.errors import PermanentError, TransientError

# To send and change messages; and, of public or private channels, to look whether one is there already.
SENDS, LOOKS = "chat:write", ("channels:history", "groups:history")
FIX = "Set up the app as docs/operations/slack.md says"
TIMEOUT = 5.0

Scopes = Callable[[DirectChannel, str], frozenset[str]]


def of_token(channel: DirectChannel, told: str) -> frozenset[str]:
    """What Slack says that the token in a secret may do. Raises PermanentError and TransientError."""
    return SlackApi(channel.told(), lambda: told, TIMEOUT).scopes()


def channels(config: Config, client: Client, scopes: Scopes = of_token) -> Iterator[Check]:
    """The token of each Slack channel; Slack is asked who it belongs to, and nothing is posted."""
    for each in config.channels:
        if each.kind == "slack":
            said, ok = _opens(each, secret(client, each.secret), scopes)
            yield judged(f"channels.{each.name}", said, FIX, ok=ok)


def _opens(channel: DirectChannel, told: str | None, scopes: Scopes) -> tuple[str, bool]:
    if told is None:
        return f"there is no secret {channel.secret}", False
    try:
        found = scopes(channel, told)
    except (PermanentError, TransientError) as error:
        return str(error), False
    missing = [] if SENDS in found else [SENDS]
    missing += [] if found & {*LOOKS} else [" or ".join(LOOKS)]
    if missing:
        return f"the token lacks {', '.join(missing)}", False
    return f"{channel.secret} holds a token that may post and look", True
