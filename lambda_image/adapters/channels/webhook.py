"""Webhooks: of Teams, whose address is the secret, and signed ones for whoever can hold a key.

The signature is made as Slack signs its requests (Slack API, "Verifying requests from Slack"), under names
of our own: docs/operations/channels.md tells receivers how to check it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_image.adapters.channels.https import Post
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.ports import Clock

VERSION = "v1"
ID, TIME, SIGNATURE = "X-Tracemend-Id", "X-Tracemend-Timestamp", "X-Tracemend-Signature"
# Microsoft Teams, "Create incoming webhooks with Workflows": 28 KB for a message, all of it.
TEAMS_BYTES = 28_000
Message = Mapping[str, Any]
Door = Callable[[Post], None]


@dataclass(frozen=True, slots=True)
class TeamsWebhook:
    """A Workflows webhook. It answers 202 before it reads the card, so that is held to its limit here."""

    door: Door
    retry: Retry

    def __call__(self, message_id: str, message: Message) -> None:
        """Send it. Raises TransientError or PermanentError."""
        body = json.dumps(message).encode()
        if len(body) > TEAMS_BYTES:
            raise PermanentError(f"Teams would drop message {message_id}: it has {len(body)} bytes")
        self.retry(lambda: self.door(Post(body, lambda _: {})))


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """A webhook that can tell that a message is ours, new, and whether it came before."""

    door: Door
    retry: Retry
    clock: Clock

    def __call__(self, message_id: str, message: Message) -> None:
        """Send it, signed anew at each try. Raises TransientError or PermanentError."""
        body = json.dumps(message).encode()

        def headers(held: Mapping[str, str]) -> Mapping[str, str]:
            if not held.get("key"):
                raise PermanentError(
                    f"message {message_id} cannot be signed: the channel's secret has no key"
                )
            now = self.clock.now() // 1_000
            return {ID: message_id, TIME: str(now), SIGNATURE: signature(held["key"], now, body)}

        self.retry(lambda: self.door(Post(body, headers)))


def signature(key: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over version, timestamp in seconds and body, in hexadecimal digits."""
    signed = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()}"
