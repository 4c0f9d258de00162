"""A way to people beside AWS Chatbot, as the configuration has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lambda_image.domain.channels import Channel


@dataclass(frozen=True, slots=True)
class DirectChannel:
    """One channel; `lambda_image/domain/channels.py` says what its keys are. E-mail goes to `addresses`."""

    name: str
    kind: Literal["teams", "webhook", "email"]
    host: str = ""
    secret: str = ""
    addresses: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()

    @property
    def hears_all(self) -> bool:
        """Whether it is told of every log group."""
        return not self.services and not self.environments

    def told(self, topic_arn: str = "") -> Channel:
        """What the functions are told of it."""
        where = (self.host, self.secret, topic_arn)
        return Channel(self.name, self.kind, *where, self.services, self.environments)
