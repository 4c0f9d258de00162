"""E-mail by an SNS topic of its own, to whoever confirmed a subscription to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry


class Mail(Protocol):
    """Plain text; `subject` is one line of fewer than 100 characters of ASCII."""

    @property
    def subject(self) -> str:
        """What it is about."""

    @property
    def body(self) -> str:
        """What it says, within the 262,144 bytes that SNS takes."""


@dataclass(frozen=True, slots=True)
class EmailTopic:
    """Publishes to the topic at `arn`."""

    client: Any
    arn: str
    retry: Retry

    def __call__(self, _: str, mail: Mail) -> None:
        """Send it. Raises TransientError or PermanentError."""
        self.retry(lambda: self._publish(mail))

    def _publish(self, mail: Mail) -> None:
        with translated("SNS Publish of an e-mail"):
            self.client.publish(TopicArn=self.arn, Subject=mail.subject, Message=mail.body)
