"""The only reader of the environment: one typed object, and one message naming all that is missing.

Every field `name` is read from TRACEMEND_NAME, except `region`, which is AWS_REGION as Lambda sets it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.gate import Level, RepairPolicy
from lambda_image.domain.noise import NoisePolicy

if TYPE_CHECKING:
    from lambda_image.domain.audit import ModelPrice
    from lambda_image.domain.card import Audience
    from lambda_image.domain.channels import Channel
    from lambda_image.domain.evidence import RepositoryMapping, ServiceMapping
    from lambda_image.domain.hosts import HostAccess
    from lambda_image.domain.identity import FingerprintRule
    from lambda_image.domain.redaction import UserRule

PREFIX = "TRACEMEND_"
Patterns = tuple[str, ...]
PatternsByGroup = Mapping[str, str]
# Least and most. A digest is told a minute after its window, by a message that SQS delays by 900 s at most.
LIMITS = {
    "new_problems": (1, 1_000),
    "new_problems_window_seconds": (60, 840),
    "spike_minimum": (2, 1_000_000_000),
    "spike_factor": (1, 1_000_000),
    "repair_attempts": (1, 20),
    "repair_tokens": (0, 100_000_000),
    "repair_seconds": (0, 900),
    "repair_usd": (0, 10_000),
    "repair_lines": (0, 1_000),
    "fix_held_seconds": (1, 2_592_000),
    "fix_pause_seconds": (0, 31_536_000),
}
# An empty client is both.
CHOICES = {
    "language": ("en", "ko", "ja", "id", "zh-Hans", "de", "fr", "es"),
    "chat_client": ("", "slack", "teams"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults; an empty string means "not set"."""

    region: str = "us-east-1"
    ledger_table: str = ""
    incidents_queue_url: str = ""
    repairs_queue_url: str = ""
    topic_arn: str = ""
    trace_bucket: str = ""
    verify_function: str = ""
    index: str = ""
    embeddings: str = "none"
    reranker: str = ""
    index_floor: float | None = None
    wiki_secret: str = ""
    wiki_private: tuple[str, ...] = ()
    services: tuple[ServiceMapping, ...] = ()
    repositories: tuple[RepositoryMapping, ...] = ()
    code_hosts: tuple[HostAccess, ...] = ()
    language: str = "en"
    chat_client: str = ""
    link_hosts: tuple[str, ...] = ()
    actions_secret: str = ""
    channels: tuple[Channel, ...] = ()
    slack_secret: str = ""
    chat_function: str = ""
    intake_function: str = ""
    search_log_groups: tuple[str, ...] = ()
    models: tuple[str, ...] = ("global.anthropic.claude-haiku-4-5-20251001-v1:0",)
    temperature: float | None = None
    max_output_tokens: int = 4_096
    evidence_tokens: int = 6_000
    neighbour_seconds: int = 600
    repair_model: str = ""
    repair_attempts: int = 3
    repair_tokens: int = 100_000
    repair_seconds: int = 600
    repair_usd: float = 1.0
    repair_most: Level = Level.PULL_REQUEST
    repair_lines: int = 100
    repair_careful: tuple[str, ...] = ()
    fix_held_seconds: int = 86_400
    fix_pause_seconds: int = 2_592_000
    edit_allow: tuple[str, ...] = ()
    edit_deny: tuple[str, ...] = ()
    queue_receives: int = 4
    dedup_window_seconds: int = 86_400
    new_problems: int = 10
    new_problems_window_seconds: int = 600
    spike_minimum: int = 20
    spike_factor: int = 5
    spike_quiet_seconds: int = 21_600
    daily_receipt: bool = True
    own_log_groups: tuple[str, ...] = ("/aws/lambda/tracemend", "/aws/chatbot/")
    excluded_log_groups: tuple[str, ...] = ()
    patterns: PatternsByGroup = field(default_factory=dict)
    include: Patterns = ()
    exclude: Patterns = ()
    redact: tuple[UserRule, ...] = ()
    redact_ips: bool = False
    fingerprint_rules: tuple[FingerprintRule, ...] = ()
    test_command: str = ""
    audit_bucket: str = ""
    audit_content: bool = False
    prices: tuple[ModelPrice, ...] = ()
    otlp_endpoint: str = ""
    source_cache_mb: int = 1_000
    cache_dir: str = "/tmp/tracemend"  # noqa: S108 - the one writable path in Lambda

    def require(self, *names: str) -> Settings:
        """These settings, or a ConfigurationError that names every missing one at once."""
        missing = [variable(name) for name in names if not getattr(self, name)]
        if missing:
            raise ConfigurationError(
                f"missing settings: {', '.join(missing)}. Set them in the function's environment;"
                " docs/configuration.md says what each one is"
            )
        return self

    def audience(self) -> Audience:
        """For whom cards are written."""
        # `intake` writes no cards.
        from lambda_image.domain.card import Audience  # noqa: PLC0415

        return Audience(self.language, self.chat_client, self.region, self.link_hosts, self.prices)

    def noise(self) -> NoisePolicy:
        """What is told, and what is only counted."""
        spikes = self.spike_minimum, self.spike_factor, self.spike_quiet_seconds
        told = self.dedup_window_seconds, self.new_problems, self.new_problems_window_seconds
        return NoisePolicy(*told, *spikes, receipts=self.daily_receipt)

    def repairs(self) -> RepairPolicy:
        """How far a repair may go."""
        return RepairPolicy(self.repair_most, self.repair_careful, self.repair_lines)


def variable(name: str) -> str:
    """The environment variable of a field."""
    return "AWS_REGION" if name == "region" else PREFIX + name.upper()


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises ConfigurationError naming every value that is wrong."""
    found = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for each in fields(Settings):
        if (text := found.get(variable(each.name))) is None:
            continue
        try:
            values[each.name] = _within(each.name, PARSERS.get(str(each.type), str)(text))
        except (ValueError, TypeError, ConfigurationError) as error:
            wrong.append(f"{variable(each.name)} ({error})")
    if wrong:
        raise ConfigurationError(f"settings that cannot be read: {'; '.join(wrong)}")
    return Settings(**values)


def _within(name: str, value: Any) -> Any:
    """The value, if it lies within its limits. Raises ValueError."""
    if name in LIMITS:
        least, most = LIMITS[name]
        if not least <= value <= most:
            raise ValueError(f"it is {value}; {least} to {most} are possible")
    if name in CHOICES and value not in CHOICES[name]:
        raise ValueError(f"it is {value!r}; possible are {', '.join(filter(None, CHOICES[name]))}")
    return value


def _words(text: str) -> tuple[str, ...]:
    words = map(str, json.loads(text)) if text[:2] in {'["', "[]"} else text.split(",")
    return tuple(word.strip() for word in words if word.strip())


def _records(module: str, name: str) -> Callable[[str], tuple[Any, ...]]:
    """Reads a JSON list of objects with the fields of a record. Raises ValueError and TypeError.

    The record is imported by whoever has some: the cold start of `intake` has no time for most of them.
    """

    def parse(text: str) -> tuple[Any, ...]:
        kind = getattr(import_module(f"lambda_image.domain.{module}"), name)
        return tuple(kind(**entry) for entry in json.loads(text or "[]"))

    return parse


def _patterns(text: str) -> Patterns:
    """A JSON list of filter patterns, each checked."""
    found = json.loads(text or "[]")
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError('filter patterns are written as a JSON list, like ["ERROR -Timeout"]')
    _checked(found)
    return tuple(found)


def _patterns_by_group(text: str) -> PatternsByGroup:
    """A JSON object of log groups and their filter patterns, each checked."""
    found = json.loads(text or "{}")
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise ValueError('patterns by log group are written as a JSON object, like {"/team/shop": "ERROR"}')
    _checked(found.values())
    return found


def _checked(patterns: Iterable[str]) -> None:
    # The matcher costs a cold start, so it is loaded only where there are patterns.
    for pattern in patterns:
        from lambda_image.steps.filters import parse  # noqa: PLC0415

        parse(pattern)


def _rules(text: str) -> tuple[UserRule, ...]:
    """A JSON list of objects with `name` and `pattern`. Raises ValueError naming the first bad one."""
    # Only who has own rules pays for the check of them.
    from lambda_image.domain.redaction import UserRule  # noqa: PLC0415

    rules = tuple(UserRule(**entry) for entry in json.loads(text or "[]"))
    if fault := next((fault for rule in rules if (fault := rule.fault)), None):
        raise ValueError(fault)
    return rules


def _yes(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("it is true or false")
    return text.lower() == "true"


def _fingerprint_rules(text: str) -> tuple[FingerprintRule, ...]:
    """A JSON list of objects with the fields of `FingerprintRule`; what is wrong is said of all of them."""
    # `respond` and the others group nothing.
    from lambda_image.domain.identity import FingerprintRule  # noqa: PLC0415

    rules, wrong = [], []
    for number, entry in enumerate(json.loads(text or "[]"), start=1):
        if not isinstance(entry, dict):
            wrong.append(f"rule {number} is no object")
            continue
        try:
            rules.append(FingerprintRule(**entry))
        except TypeError as error:
            wrong.append(f"rule {number}: {str(error).partition('() ')[2]}")
        else:
            wrong += [f"rule {number}: {problem}" for problem in rules[-1].problems()]
    if wrong:
        raise ValueError("; ".join(wrong))
    return tuple(rules)


PARSERS: dict[str, Callable[[str], Any]] = {
    "bool": _yes,
    "Level": Level,
    "int": int,
    "float": float,
    "float | None": float,
    "tuple[str, ...]": _words,
    "tuple[ModelPrice, ...]": _records("audit", "ModelPrice"),
    "tuple[RepositoryMapping, ...]": _records("evidence", "RepositoryMapping"),
    "tuple[ServiceMapping, ...]": _records("evidence", "ServiceMapping"),
    "tuple[HostAccess, ...]": _records("hosts", "HostAccess"),
    "tuple[Channel, ...]": _records("channels", "Channel"),
    "Patterns": _patterns,
    "PatternsByGroup": _patterns_by_group,
    "tuple[UserRule, ...]": _rules,
    "tuple[FingerprintRule, ...]": _fingerprint_rules,
}
