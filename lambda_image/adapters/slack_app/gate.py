"""Who may come in: requests that Slack signed, just now, and that did not come before.

Source: Slack API, "Verifying requests from Slack".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier

from lambda_image.domain.errors import InputRefused
from lambda_image.ports import Clock

TIME, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
# A function's URL takes 6 MB; Slack sends no more than a few pages.
LARGEST = 256_000


class Seen(Protocol):
    """What came before."""

    def first(self, mark: str) -> bool:
        """Whether this mark is new; from now on it is not. Raises TransientError."""

    def forget(self, mark: str) -> None:
        """It is new again. Raises TransientError."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`signing_secret` is the app's, from its page at Slack."""

    signing_secret: Callable[[], str]
    seen: Seen
    clock: Clock

    def admit(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether there is something to do: not for an event that Slack sends again, as our answer was late.

        Raises InputRefused, for what Slack did not sign or what came before. The signature is
        compared in constant time, before anything is read of the body.
        """
        told = {name.lower(): value for name, value in headers.items()}
        stamp, signature = told.get(TIME, ""), told.get(SIGNATURE, "")
        if len(body) > LARGEST or not re.fullmatch(r"\d{1,12}", stamp, re.ASCII) or not signature.isascii():
            raise InputRefused("a request without a timestamp and a signature of Slack's form")
        try:
            genuine = SignatureVerifier(self.signing_secret(), _Seconds(self.clock)).is_valid(
                body, stamp, signature
            )
        except UnicodeDecodeError:
            genuine = False
        if not genuine:
            raise InputRefused("a request that is older than five minutes, forged or altered")
        event = _event(told, body)
        if self.seen.first(event or signature):
            return True
        if not event:
            raise InputRefused("a request that was replayed")
        return False

    def forget(self, headers: Mapping[str, str], body: bytes) -> None:
        """That an event was let in with which nothing could be done: Slack sends it again."""
        if event := _event({name.lower(): value for name, value in headers.items()}, body):
            self.seen.forget(event)


class _Seconds(SdkClock):
    """The clock as the SDK wants it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.now() / 1_000


def _event(headers: Mapping[str, str], body: bytes) -> str:
    """The id of an event, which is signed anew when it is sent again; empty for any other request."""
    if not headers.get("content-type", "").startswith("application/json"):
        return ""
    try:
        return str(json.loads(body).get("event_id", ""))
    except (ValueError, AttributeError):
        return ""
