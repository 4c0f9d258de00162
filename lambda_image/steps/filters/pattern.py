"""One filter pattern of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lambda_image.steps.filters.expression import Expression
from lambda_image.steps.filters.fields import FieldsPattern, fields_pattern
from lambda_image.steps.filters.json_pattern import JsonPattern, json_pattern
from lambda_image.steps.filters.scanner import Scanner
from lambda_image.steps.filters.terms import Terms, terms

# CloudWatch Logs API Reference, PutSubscriptionFilter: filterPattern.
LENGTH = 1_024
# "There is a limit of 2 regex for each filter pattern when creating a delimited or JSON filter pattern."
EXPRESSIONS = 2


@dataclass(frozen=True, slots=True)
class _Alone:
    """A regular expression that is the whole pattern."""

    expression: Expression

    def matches(self, message: str) -> bool:
        return self.expression.found_in(message)


@dataclass(frozen=True, slots=True)
class FilterPattern:
    """A pattern as it was written, and what it says."""

    text: str
    kind: Terms | JsonPattern | FieldsPattern | _Alone

    def matches(self, message: str) -> bool:
        """Whether CloudWatch Logs would let a log event with this message through."""
        return self.kind.matches(message)

    def matches_any(self, messages: Sequence[str]) -> bool:
        """The same for the parts of one error.

        Terms are looked for in all parts together, so that `-term` speaks of the whole error; JSON, fields
        and expressions in each part, as one part is one message.
        """
        if isinstance(self.kind, Terms) and len(messages) > 1:
            return self.kind.matches("\n".join(messages))
        return any(self.kind.matches(message) for message in messages)


def parse(text: str) -> FilterPattern:
    """The pattern, or a ConfigurationError that names it and the character where it is wrong."""
    scanner = Scanner(text)
    if len(text) > LENGTH:
        scanner.fail(f"it has more than {LENGTH} characters", LENGTH)
    if scanner.sees("{"):
        return _limited(scanner, json_pattern(scanner))
    if scanner.sees("["):
        return _limited(scanner, fields_pattern(scanner))
    if scanner.sees("%"):
        begin = scanner.at
        source = scanner.regex() or ""
        if not scanner.ended():
            scanner.fail("a regular expression stands alone, or in a JSON or space-delimited pattern")
        return FilterPattern(text, _Alone(Expression(scanner, begin + 1, source)))
    return FilterPattern(text, terms(scanner))


def _limited(scanner: Scanner, kind: JsonPattern | FieldsPattern) -> FilterPattern:
    if scanner.expressions > EXPRESSIONS:
        scanner.fail(f"more than {EXPRESSIONS} regular expressions in one pattern")
    return FilterPattern(scanner.pattern, kind)
