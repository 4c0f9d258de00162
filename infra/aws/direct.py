"""Ways to people, as the configuration has them: AWS Chatbot, the Slack app, and the channels beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lambda_image.domain.channels import Channel
from lambda_image.domain.severity import Severity

Level = Literal["low", "normal", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Slack:
    """A Slack channel; the workspace was authorised once in the console of AWS Chatbot."""

    workspace: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Teams:
    """A Microsoft Teams channel; the tenant was authorised once in the console of AWS Chatbot."""

    tenant: str = ""
    team: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where the cards go, in which language; `buttons` are custom actions below them.

    `slack_secret` names the secret of a Slack app, whose cards have buttons of their own.
    """

    slack: Slack = Slack()
    teams: Teams = Teams()
    language: Literal["en", "ko", "ja", "id", "zh-Hans", "de", "fr", "es"] = "en"
    link_hosts: tuple[str, ...] = ()
    buttons: bool = False
    slack_secret: str = ""
    log_level: Literal["ERROR", "INFO", "NONE"] = "ERROR"


@dataclass(frozen=True, slots=True)
class DirectChannel:
    """One channel; `lambda_image/domain/channels.py` says what its keys are. E-mail goes to `addresses`."""

    name: str
    kind: Literal["slack", "teams", "webhook", "email"]
    host: str = ""
    secret: str = ""
    channel: str = ""
    addresses: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    severity: Level = "low"
    quiet: str = ""
    urgent: Level = "critical"

    @property
    def hears_all(self) -> bool:
        """Whether it is told of everything, at once or when its quiet hours are over."""
        return not self.services and not self.environments and self.severity == "low"

    def told(self, topic_arn: str = "") -> Channel:
        """What the functions are told of it."""
        where = (self.host, self.secret, self.channel, topic_arn)
        bounds = (Severity(self.severity), self.quiet, Severity(self.urgent))
        return Channel(self.name, self.kind, *where, self.services, self.environments, *bounds)
