"""The function `slack` as it is invoked, for the tests of the app."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from lambda_image.domain.action import Verb
from lambda_image.domain.card import Said
from lambda_image.handlers.slack import handler
from tests.contract.servers.slack import CHANNEL, TRIGGER, USER, LoopbackSlack
from tests.contract.test_notifier import told
from tests.fakes.clock import FixedClock
from tests.fakes.ledger import MemoryLedger
from tests.unit.adapters.test_slack_gate import signed


class Context:
    """The part of the Lambda context that is read."""

    function_name, aws_request_id = "tracemend-prod-slack", "r-1"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:1:function:tracemend-prod-slack"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


KEY = "what the buttons are signed with"
HOSTILE = "<!channel> <@U1> @here"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass
class Office:
    """The function as it is invoked: by its URL, and by itself for what it put off."""

    slack: LoopbackSlack
    clock: FixedClock
    ledger: MemoryLedger
    pressed: list[tuple[str, str, str]] = field(default_factory=list)
    put_off: list[dict[str, Any]] = field(default_factory=list)
    fault: Exception | None = None
    throttled: bool = False

    def invoke(self, **sent: Any) -> None:
        """Lambda's API, as far as the app uses it."""
        assert sent["InvocationType"] == "Event"
        if self.throttled:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
        self.put_off.append(json.loads(sent["Payload"]))

    def press(self, verb: str, token: str, by: str) -> Said:
        """What `chat` does."""
        if self.fault:
            raise self.fault
        self.pressed.append((verb, token, by))
        return Said(f"It is analysed again. {HOSTILE}", told().card if verb == Verb.ASK else None)

    def send(self, body: str, kind: str = FORM, **headers: str) -> dict[str, Any]:
        """A request that Slack signed."""
        told = signed(body.encode(), self.clock.now() // 1_000, **headers) | {"content-type": kind}
        encoded = base64.b64encode(body.encode()).decode()
        http = {"requestContext": {"http": {"method": "POST"}}}
        return handler({**http, "headers": told, "body": encoded, "isBase64Encoded": True}, Context())

    def work(self) -> None:
        """What was put off."""
        while self.put_off:
            handler(self.put_off.pop(0), Context())

    def command(self, text: str) -> dict[str, Any]:
        """Somebody types it."""
        url = f"https://{self.slack.host}/commands/1"
        about = {"command": "/tracemend", "text": text, "trigger_id": TRIGGER, "response_url": url}
        return self.send(urlencode({**about, "user_id": USER, "channel_id": CHANNEL, "team_id": "T1"}))

    def interact(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Somebody presses a button or sends a form."""
        who = {
            "user": {"id": USER, "username": "ada.l", "name": "ada.l"},
            "team": {"id": "T1"},
            "channel": {"id": CHANNEL},
        }
        return self.send(urlencode({"payload": json.dumps({**who, **payload})}))

    def mention(
        self, thread: str = "", event_id: str = "Ev1", text: str = "status", **headers: str
    ) -> dict[str, Any]:
        """Somebody mentions the app."""
        event = {
            "type": "app_mention",
            "user": USER,
            "text": f"<@UBOT> {text}",
            "ts": "5.0",
            "channel": CHANNEL,
        }
        event |= {"thread_ts": thread} if thread else {}
        outer = {"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event}
        return self.send(json.dumps(outer), JSON, **headers)
