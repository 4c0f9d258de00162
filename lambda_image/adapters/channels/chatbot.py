"""The chat channel behind an SNS topic: Amazon Q Developer in chat applications (AWS Chatbot).

A message that breaks the schema is dropped there in silence, so it is held to the schema here first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lambda_image.adapters.aws import translated, typed
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from lambda_image.domain.notification import (
    DESCRIPTION_LIMIT,
    KEYWORD_LIMIT,
    NEXT_STEP_LIMIT,
    TITLE_LIMIT,
    Notification,
    Telling,
)

# SNS: a message and its attributes, in bytes (SNS API Reference, Publish).
MESSAGE_BYTES = 262_144
# No count limit is documented; channels show short lists.
LIST_LENGTH = 10


def no_buttons(_: Notification) -> Mapping[str, str]:
    """Where nobody serves them."""
    return {}


class SnsNotifier:
    """Implements `Notifier`.

    `carry` gives the trace that the message's receipt continues, as attributes; `sign` the token of each
    button below a message, by its verb.
    """

    def __init__(
        self,
        client: Any,
        topic_arn: str,
        retry: Retry,
        carry: Callable[[], Mapping[str, str]] = dict,
        sign: Callable[[Notification], Mapping[str, str]] = no_buttons,
    ) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._retry = retry
        self._carry = carry
        self._sign = sign

    def publish(self, telling: Telling) -> None:
        """See `Notifier.publish`."""
        for notification in telling.outcome.messages:
            if notification.id not in telling.delivered:
                self._publish(notification)
                telling.note(notification.id)

    def _publish(self, notification: Notification) -> None:
        message = envelope(notification, self._sign(notification))
        if wrong := tuple(problems(notification, message)):
            raise PermanentError(f"the channel would drop notification {notification.id}: {'; '.join(wrong)}")
        self._retry(lambda: self._send(message))

    def _send(self, message: str) -> None:
        with translated("SNS Publish"):
            carried = {"MessageAttributes": typed(found)} if (found := self._carry()) else {}
            self._client.publish(TopicArn=self._topic_arn, Message=message, **carried)


def envelope(notification: Notification, tokens: Mapping[str, str] | None = None) -> str:
    """The message as it is published: custom notification schema 1.0, without empty fields.

    A custom action stands below it where its verb has a token.
    """
    content = {
        "textType": "client-markdown",
        "title": notification.title,
        "description": notification.description,
        "nextSteps": list(notification.next_steps),
        "keywords": list(notification.keywords),
    }
    metadata = {
        "threadId": notification.thread_id,
        "summary": notification.summary,
        "eventType": notification.event_type,
        "relatedResources": list(notification.related_resources),
        "additionalContext": {
            "fingerprint": notification.fingerprint,
            "notification_id": notification.id,
            **(tokens or {}),
        },
    }
    message = {
        "version": "1.0",
        "source": "custom",
        "id": notification.id,
        "content": {name: value for name, value in content.items() if value},
        "metadata": {name: value for name, value in metadata.items() if value},
    }
    return json.dumps(message, ensure_ascii=False)


def problems(notification: Notification, message: str) -> Iterator[str]:
    """Every reason for which the channel would drop this message."""
    if not notification.description.strip():
        yield "the description is empty"
    limits = [
        ("title", notification.title, TITLE_LIMIT),
        ("description", notification.description, DESCRIPTION_LIMIT),
        *(("a next step", step, NEXT_STEP_LIMIT) for step in notification.next_steps),
        *(("a keyword", word, KEYWORD_LIMIT) for word in notification.keywords),
    ]
    for name, text, limit in limits:
        if _size(text) > limit:
            yield f"{name} is {_size(text)} characters long, {limit} are allowed"
    for name, items in (("next steps", notification.next_steps), ("keywords", notification.keywords)):
        if len(set(items)) < len(items) or not all(item.strip() for item in items):
            yield f"{name} repeat themselves or are empty"
        if len(items) > LIST_LENGTH:
            yield f"there are {len(items)} {name}, {LIST_LENGTH} are shown"
    if len(message.encode("utf-8", "surrogatepass")) > MESSAGE_BYTES:
        yield f"it is longer than {MESSAGE_BYTES} bytes"


def _size(text: str) -> int:
    """UTF-16 units: the strictest way to count characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
