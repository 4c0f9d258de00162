"""Slack's Web API, one call at a time: what it refuses for now, and what for good."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse, WebClient

from lambda_image.adapters.channels.held import entries
from lambda_image.adapters.hosts.answers import passing, wished
from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import PermanentError, TransientError

HOST = "slack.com"
FORM = '{"token": "xoxb-…"}'
# Slack API reference, the errors of `chat.postMessage`, `chat.update` and `conversations.replies`.
FOR_NOW = frozenset(
    {
        *("ratelimited", "rate_limited", "service_unavailable", "request_timeout", "internal_error"),
        *("fatal_error", "team_added_to_org", "update_failed"),
    }
)
FIXES = {
    "missing_scope": "give the app the scope and install it again",
    "not_in_channel": "invite the app: `/invite @tracemend` in the channel",
    "channel_not_found": "correct the channel's id, and invite the app to it if it is private",
    "is_archived": "the channel is archived; name another one",
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        "store the bot token of an installed app in its secret",
    ),
}
_CODE = re.compile(r"[a-z_]{1,60}")


class Refused(PermanentError):
    """Slack will not do it; `code` is the `error` of its answer."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class SlackApi:
    """Calls a method with the token that the channel's secret holds. `timeout` is in seconds.

    Errors have Slack's codes, and neither token, message nor any other words of an answer.
    """

    def __init__(self, channel: Channel, secret: Callable[[], str], timeout: float) -> None:
        self._channel = channel
        self._secret = secret
        self._timeout = int(timeout)
        # The SDK's own lines quote messages and addresses.
        self._silent = logging.getLogger("tracemend.slack")
        self._silent.setLevel(logging.CRITICAL + 1)

    def write(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What it answers to JSON. Raises TransientError, Refused or PermanentError."""
        return dict(self._call(method, {"json": dict(body)}).data)  # type: ignore[arg-type]

    def read(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The same for methods that take no JSON."""
        return dict(self._call(method, {"params": dict(params)}).data)  # type: ignore[arg-type]

    def scopes(self) -> frozenset[str]:
        """What the token may do. Raises as `write`. The SDK keeps the case in which a header came."""
        headers = self._call("auth.test", {}).headers.items()
        found = next((value for name, value in headers if name.lower() == "x-oauth-scopes"), "")
        return frozenset(each.strip() for each in found.split(",") if each.strip())

    def _call(self, method: str, sent: dict[str, Any]) -> SlackResponse:
        token = entries(self._channel, self._secret, FORM).get("token", "")
        if not token:
            raise PermanentError(f"{self._name}: its secret has no token; store {FORM}")
        base = f"https://{self._channel.host or HOST}/api/"
        client = WebClient(token, base, self._timeout, logger=self._silent, retry_handlers=[])
        try:
            return client.api_call(method, **sent)
        except SlackApiError as error:
            raise self._refused(method, error.response) from None
        except (OSError, HTTPException, SlackClientError, ValueError) as error:
            said = f"{self._name} cannot be reached: {method}: {type(error).__name__}"
            raise TransientError(said) from None

    @property
    def _name(self) -> str:
        return f"the channel {self._channel.name}"

    def _refused(self, method: str, answer: SlackResponse) -> PermanentError | TransientError:
        status, data = answer.status_code, answer.data if isinstance(answer.data, dict) else {}
        code = str(data.get("error", ""))
        if not _CODE.fullmatch(code):
            code = ""
        said = f"{self._name}: {method} answers {code or status}"
        if passing(status) or code in FOR_NOW:
            return TransientError(said, wished(answer.headers))
        needed = f" ({data['needed']})" if re.fullmatch(r"[a-z:,._]{1,80}", str(data.get("needed"))) else ""
        fix = FIXES.get(code)
        return Refused(f"{said}{needed}; {fix}" if fix else f"{said}{needed}", code)
