"""Which problem an error belongs to, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class FingerprintRule:
    """A team's own rule: errors that all its patterns fit are one problem, in whatever log group they are.

    `pattern` is a regular expression looked for in the message, `exception_type` and `log_group` are shell
    patterns of the whole name. An empty one fits everything.
    """

    name: str
    pattern: str = ""
    exception_type: str = ""
    log_group: str = ""

    def problems(self) -> tuple[str, ...]:
        """What is wrong with it, each a sentence that names the field."""
        wrong = [
            f"{each.name} is no string" for each in fields(self) if not isinstance(self.of(each.name), str)
        ]
        if wrong:
            return tuple(wrong)
        if not self.name.strip():
            wrong.append("name is empty")
        if not (self.pattern or self.exception_type or self.log_group):
            wrong.append("one of pattern, exception_type and log_group is needed, else it fits every error")
        # Only who has own rules pays for the check of them.
        from lambda_image.domain.expressions import fault  # noqa: PLC0415

        if reason := fault(self.pattern):
            wrong.append(f"pattern {self.pattern!r} {reason}")
        return tuple(wrong)

    def of(self, field: str) -> object:
        """The value of a field, which may be of any type when it comes from outside."""
        value: object = getattr(self, field)
        return value


@dataclass(frozen=True, slots=True)
class Decision:
    """The problem that an error belongs to, and what said so.

    `rule` is "explicit", "frames", "exception" or "template" where the error names its own problem;
    "all frames", "names" or "words" where it joined an earlier one. `version` is that of the rules. `beside`
    is the name of the explicit rule, or what the problem's messages have in common; `distance` is the share
    of the message's words that are not in it, from 0 to 1.
    """

    fingerprint: str
    rule: str
    version: str
    beside: str = ""
    distance: float = 0.0


@dataclass(frozen=True, slots=True)
class Saying:
    """A template that messages without a trace have in common, and the problem that they are.

    Only those of the same `kind` (exception type and status class) are ever compared.
    """

    kind: str
    words: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Sayings:
    """What the messages of one place (version and log group) say, the longest not seen first.

    `revision` counts how often they were changed; 0 means never kept.
    """

    place: str
    known: tuple[Saying, ...] = ()
    revision: int = 0
