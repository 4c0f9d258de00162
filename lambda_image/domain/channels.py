"""Ways to people beside the topic: which there are, whom they are for, how their deliveries are noted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from lambda_image.domain.evidence import Place
from lambda_image.domain.quiet import QuietHours, quiet_hours
from lambda_image.domain.severity import Severity

# The topic's own name among the ways; no channel may have it.
TOPIC = "topic"
# Between the name of a way and the id of what it delivered; receipts of the topic are ids alone.
_MARK = ":"


class ChannelKind(StrEnum):
    """The channels that are sent to."""

    SLACK = "slack"
    TEAMS = "teams"
    WEBHOOK = "webhook"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to people. `name` is what its deliveries are noted by, `kind` a `ChannelKind`.

    `secret` names a JSON object in Secrets Manager: the `url` of a webhook, which must be at `host` (one
    name, or *.name), and for a signed one the `key`; of Slack the `token`, for the `channel` of this id at
    `host`, if not slack.com. E-mail has the `topic_arn` of its topic. `services` and
    `environments` are shell patterns of what it is told of; empty is all. It hears of nothing less than
    `severity`, and in its `quiet` hours (their form is that of quiet.py) at once only of what is `urgent`.
    """

    name: str
    kind: str
    host: str = ""
    secret: str = ""
    channel: str = ""
    topic_arn: str = ""
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    severity: Severity = Severity.LOW
    quiet: str = ""
    urgent: Severity = Severity.CRITICAL

    def __post_init__(self) -> None:
        if self.kind not in list(ChannelKind):
            raise ValueError(f"{self.name} is of kind {self.kind!r}; known are {', '.join(ChannelKind)}")
        if self.name == TOPIC or not self.name or _MARK in self.name:
            raise ValueError(f"no channel may be called {self.name!r}")
        for name in ("services", "environments"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("severity", "urgent"):
            object.__setattr__(self, name, Severity(getattr(self, name)))
        if self.quiet:
            quiet_hours(self.quiet)

    @property
    def hours(self) -> QuietHours | None:
        """Its quiet hours, if it has some."""
        return quiet_hours(self.quiet) if self.quiet else None

    def takes(self, place: Place | None, severity: Severity) -> bool:
        """Whether it is told of what is so bad, there; without a place, of what concerns everybody."""
        here = place is None or (
            _fits(place.service, self.services) and _fits(place.environment, self.environments)
        )
        return here and severity.reaches(self.severity)


def noted(name: str, message_id: str) -> str:
    """How it is noted that this way delivered this message."""
    return f"{name}{_MARK}{message_id}"


def delivered_by(name: str, delivered: Collection[str]) -> frozenset[str]:
    """The ids that this way delivered; of the topic by our own notes and by its receipts."""
    start = name + _MARK
    ours = {each.removeprefix(start) for each in delivered if each.startswith(start)}
    return frozenset(ours | (receipts(delivered) if name == TOPIC else set()))


def receipts(delivered: Iterable[str]) -> frozenset[str]:
    """The ids whose receipt came back from the topic."""
    return frozenset(each for each in delivered if _MARK not in each)


def _fits(word: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(fnmatchcase(word, each) for each in patterns)
