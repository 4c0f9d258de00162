"""What a team left out of its logs: by log group, and by filter pattern, which is applied again here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lambda_image.domain.identity import FingerprintRule
from lambda_image.domain.records import NO_LOG_GROUPS, LogRecord
from lambda_image.steps.reading.memory import Memory
from lambda_image.steps.redact import RULEBOOK, Rulebook

OWN_LOG_GROUP = "own log group"
EXCLUDED_GROUP = "excluded log group"
# Followed by the pattern, as there may be several.
EXCLUDED = "excluded by pattern"
NOT_INCLUDED = "not included by any pattern"
OUTSIDE = "outside the log group's pattern"
# The rest of a longer pattern is left out of the name of its rule.
NAMED = 80
# The key of the pattern for log groups that have none of their own.
EVERY_GROUP = "*"


class Pattern(Protocol):
    """A filter pattern: `steps.filters.FilterPattern`, which `intake` loads only where there is one."""

    @property
    def text(self) -> str:
        """As it was written."""

    def matches_any(self, messages: Sequence[str]) -> bool:
        """Whether the messages of one error fit."""


@dataclass(frozen=True, slots=True)
class IntakePolicy:
    """What is left out: log groups by prefix, errors by pattern, and of the rest secrets by `redaction`.

    Where something is to `include`, what fits is an error whatever it looks like, and nothing else is.
    `patterns` are those of the subscriptions by log group: account-level subscriptions and some emulators
    deliver what these hold back. The pattern `*` is for every log group without its own. `rules` are the
    team's own for what is one problem. What was decided by them of messages stays in `memory`.
    """

    own_log_groups: tuple[str, ...] = ()
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    excluded_log_groups: tuple[str, ...] = ()
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    redaction: Rulebook = RULEBOOK
    rules: tuple[FingerprintRule, ...] = ()
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def learns(self) -> bool:
        """Whether an error may be known by others: what a team's own patterns look for may be any number."""
        return not (self.by_text or self.rules) and self.redaction is RULEBOOK

    @property
    def by_text(self) -> bool:
        """Whether more than a record's log group tells if it is left out."""
        return bool(self.patterns or self.include or self.exclude)

    def refuses(self, records: Sequence[LogRecord]) -> str | None:
        """The rule that holds these records of one stream back, or None."""
        group = records[0].log_group
        if group.startswith(self.own_log_groups):
            return OWN_LOG_GROUP
        if group.startswith(self.excluded_log_groups):
            return EXCLUDED_GROUP
        if not self.by_text:
            return None
        return self._misses(group, [record.message for record in records])

    def _misses(self, group: str, messages: Sequence[str]) -> str | None:
        default = None if group in NO_LOG_GROUPS else self.patterns.get(EVERY_GROUP)
        subscribed = self.patterns.get(group, default)
        if subscribed and not subscribed.matches_any(messages):
            return OUTSIDE
        if excluding := next((each for each in self.exclude if each.matches_any(messages)), None):
            return f"{EXCLUDED} {excluding.text[:NAMED]}"
        if self.include and not any(each.matches_any(messages) for each in self.include):
            return NOT_INCLUDED
        return None


NOTHING_LEFT_OUT = IntakePolicy()
