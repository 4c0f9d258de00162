"""What the secret of a channel holds."""

from __future__ import annotations

import json
from collections.abc import Callable

from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import PermanentError

# The app as one of the channels, for what is said when its secret or Slack refuses.
SLACK_APP = Channel("of the Slack app", "slack")


def entry(name: str, secret: Callable[[], str]) -> str:
    """One entry of the Slack app's secret. Raises PermanentError."""
    found = entries(SLACK_APP, secret, '{"token": "xoxb-…", "signing_secret": "…"}').get(name, "")
    if not found:
        raise PermanentError(f"the secret of the Slack app has no {name}")
    return found


def entries(channel: Channel, secret: Callable[[], str], example: str) -> dict[str, str]:
    """Its entries, texts all of them. Raises PermanentError for anything but a JSON object like `example`."""
    try:
        found = json.loads(secret())
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise PermanentError(f"the channel {channel.name}: store its secret as a JSON object like {example}")
    return found
