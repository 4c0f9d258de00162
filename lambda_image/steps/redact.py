"""Secrets and personal data out, placeholders in: the only place that builds a `RedactedEvent`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle
from typing import TYPE_CHECKING

from lambda_image.domain.events import ErrorEvent, Frame, RedactedEvent
from lambda_image.steps.redaction.checks import of_country, telling
from lambda_image.steps.redaction.plain import plain
from lambda_image.steps.redaction.rules import ADDRESSES, RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_image.domain.redaction import UserRule

# Kinds that are made of digits and of what stands between them.
NUMBERS = ("CARD", "PHONE", "SSN")
_VALUE_GROUPS = ("secret", "quoted", "single")
# Patterns end somewhere; what goes on for so long without a break is a secret to its end.
_LONG = 100
_MORE = re.compile(r"[\w+/=~-]+")
_ONES = str.maketrans("0123456789", "1" * 10)
# What may be another character with another digit.
_ESCAPED = re.compile(r"%\d[\dA-Fa-f]|u00\d[\dA-Fa-f]|&#")
# Of more secrets than these each is looked for in its own place only.
_MANY = 20
# In a pattern: a digit that is no part of an escape and no number of repeats, or a range of them.
_DIGIT = re.compile(r"\\(?:x\w\w|.)|\{\d*,?\d*\}|(?P<digit>\d(?:-\d)?)")


@dataclass(frozen=True)
class Rulebook:
    """Rules in order, and all their hints, so that one look at a text tells which rules may apply."""

    ordered: tuple[Rule, ...]
    hints: tuple[str, ...]

    @classmethod
    def of(cls, *rules: Rule) -> Rulebook:
        """The book of these rules; an earlier one wins."""
        return cls(rules, tuple(sorted({hint for rule in rules for hint in rule.hint})))


RULEBOOK = Rulebook.of(*RULES)
_NUMBERED = Rulebook.of(*(rule for rule in RULES if rule.kind in NUMBERS))


def rulebook(own: tuple[UserRule, ...] = (), *, addresses: bool = False) -> Rulebook:
    """A team's own rules before ours, and IP addresses too where they count as personal data."""
    if not own and not addresses:
        return RULEBOOK
    first = (Rule(each.name, each.pattern) for each in own)
    return Rulebook.of(*first, *RULES, *(ADDRESSES if addresses else ()))


@dataclass(frozen=True, slots=True)
class Redaction:
    """Text without secrets; each redaction is its kind and where it stood in the original."""

    text: str
    redactions: tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class Placeholders:
    """The same secret has the same placeholder wherever it stands in one event."""

    known: dict[tuple[str, str], str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str, secret: str) -> str:
        """`<KIND_1>` for the first secret of a kind, and so on."""
        if (kind, secret) not in self.known:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.known[kind, secret] = f"<{kind}_{self.counts[kind]}>"
        return self.known[kind, secret]


def redact(event: ErrorEvent, rules: Rulebook = RULEBOOK) -> RedactedEvent:
    """The event without secrets in any of its texts; keys that span lines are found too."""
    names = Placeholders()
    rules = _needed(event, rules)
    total = 0

    def clean(text: str) -> str:
        nonlocal total
        cleaned = redact_text(text, rules, names)
        total += len(cleaned.redactions)
        return cleaned.text

    def stated(text: str | None) -> str | None:
        return clean(text) if text else None

    lines = clean("\n".join(event.lines)).split("\n") if event.lines else []
    context = clean("\n".join(event.context)).split("\n") if event.context else []
    return RedactedEvent(
        id=event.id,
        log_group=event.log_group,
        log_stream=event.log_stream,
        timestamp=event.timestamp,
        kind=event.kind,
        language=event.language,
        exception_type=stated(event.exception_type),
        message=clean(event.message),
        frames=tuple(_clean_frame(frame, rules, names) for frame in event.frames),
        lines=tuple(lines),
        context=tuple(context),
        records=event.records,
        level=stated(event.level),
        request_id=stated(event.request_id),
        service=stated(event.service),
        error_code=stated(event.error_code),
        redactions=total,
    )


def _needed(event: ErrorEvent, rules: Rulebook) -> Rulebook:
    """The rules that may apply to any text of the event; for most events there are few."""
    stated = (event.level, event.request_id, event.service, event.error_code)
    texts = (event.message, *filter(None, stated), *(frame.file for frame in event.frames))
    return Rulebook.of(*_possible("\n".join((*texts, *event.lines, *event.context)), rules))


def _clean_frame(frame: Frame, rules: Rulebook, names: Placeholders) -> Frame:
    file, _, function = redact_text(f"{frame.file}\n{frame.function or ''}", rules, names).text.partition(
        "\n"
    )
    return replace(frame, file=file, function=function or frame.function)


def redact_text(text: str, rules: Rulebook = RULEBOOK, placeholders: Placeholders | None = None) -> Redaction:
    """The text with each secret replaced, found by the first rule in order that knows it."""
    if not rules.ordered:
        return Redaction(text, ())
    names = placeholders or Placeholders()
    found = _and_again(text, _secrets(text, rules), names)
    parts, at = [], 0
    for kind, begin, end in found:
        parts += [text[at:begin], names.of(kind, text[begin:end])]
        at = end
    return Redaction("".join([*parts, text[at:]]), tuple(found))


def finds(text: str) -> bool:
    """Whether a rule finds a secret here, or might in a text that differs in its digits.

    What is made of digits alone does not count: it tells nothing but its digits.
    What is escaped with digits might be something else with others.
    """
    if _ESCAPED.search(text):
        return True
    meant = plain(text)
    return any(
        _might(meant, rule)
        for rule in (*_possible(meant, RULEBOOK), *_possible(meant.translate(_ONES), _of_any_digits()))
        if rule.kind not in NUMBERS
    )


def _might(text: str, rule: Rule) -> bool:
    """Whether the rule accepts a value here, or one that differs in its digits."""

    def accept(value: str) -> bool:
        known = rule.kind == "IBAN" and of_country(value)
        return known or rule.accept(value) or rule.accept(_varied(value))

    return any(True for _ in _found(text, replace(rule, accept=accept)))


@cache
def _of_any_digits() -> Rulebook:
    """The rules that look for certain digits, as in `argon2` and `%40`, looking for any in their places."""
    varied = (
        replace(
            rule,
            pattern=_DIGIT.sub(lambda found: r"\d" if found["digit"] else found[0], rule.pattern),
            hint=tuple(each.translate(_ONES) for each in rule.hint),
        )
        for rule in RULES
    )
    return Rulebook.of(*(rule for rule in varied if rule not in RULES))


def numbers_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """What is redacted as cards, phones and the like where nothing else is found."""
    return tuple(_secrets(text, _NUMBERED))


def may_have_numbers(text: str) -> bool:
    """Whether `numbers_in` may find something here."""
    return bool(_possible(text, _NUMBERED))


def _varied(text: str) -> str:
    """The text with other digits, none like those around it: if this is no secret, no text like it is."""
    others = cycle("0516273849")
    return "".join(next(others) if each.isdecimal() else each for each in text)


def _secrets(text: str, rules: Rulebook) -> list[tuple[str, int, int]]:
    """Spans that do not overlap, in order; an earlier rule wins."""
    spans: list[tuple[str, int, int]] = []
    taken = bytearray(len(text))
    meant = plain(text)
    for rule in _possible(meant, rules):
        for begin, end in _found(meant, rule):
            if taken.find(1, begin, end) >= 0:
                continue
            if end - begin >= _LONG and (more := _MORE.match(text, end)):
                other = taken.find(1, end, more.end())
                end = other if other >= 0 else more.end()  # noqa: PLW2901
            taken[begin:end] = b"\1" * (end - begin)
            spans.append((rule.kind, begin, end))
    return sorted(spans, key=lambda each: each[1])


def _and_again(
    text: str, found: list[tuple[str, int, int]], names: Placeholders
) -> list[tuple[str, int, int]]:
    """The spans, and where else their secrets stand: what is one beside its name is one without it."""
    known = {*names.known, *((kind, text[begin:end]) for kind, begin, end in found)}
    kinds = {secret: kind for kind, secret in sorted(known) if kind not in NUMBERS and telling(secret)}
    if not kinds or len(kinds) > _MANY:
        return found
    spans, taken = list(found), bytearray(len(text))
    for _, begin, end in found:
        taken[begin:end] = b"\1" * (end - begin)
    # The longest first; not by a pattern, as the interpreter would keep that.
    for secret in sorted(kinds, key=len, reverse=True):
        begin = text.find(secret)
        while begin >= 0:
            end = begin + len(secret)
            if taken.find(1, begin, end) < 0:
                taken[begin:end] = b"\1" * len(secret)
                spans.append((kinds[secret], begin, end))
            begin = text.find(secret, end)
    return sorted(spans, key=lambda each: each[1])


def _found(text: str, rule: Rule) -> Iterator[tuple[int, int]]:
    """Where the values are that a rule accepts; one that it does not may have another secret in it."""
    pattern, at = _compiled(rule.pattern), 0
    while at < len(text) and (match := pattern.search(text, at)):
        begin, end = match.span(_value(match))
        value = text[begin:end]
        begin += len(value) - len(value.lstrip())
        end -= len(value) - len(value.rstrip())
        at = match.end()
        if begin < end and rule.accept(text[begin:end]):
            yield begin, end
        elif match.start() < begin and len(value) < _LONG:
            at = begin


def _value(match: re.Match[str]) -> str | int:
    """The group that is the secret, or the whole match."""
    return next((name for name in _VALUE_GROUPS if match.groupdict().get(name)), 0)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _possible(text: str, rules: Rulebook) -> list[Rule]:
    """The rules whose hint or gate is in the text, in order."""
    lower = text.lower()
    present = {hint for hint in rules.hints if hint in lower}
    gates: dict[re.Pattern[str] | None, bool] = {None: True}
    possible = []
    for rule in rules.ordered:
        if rule.hint:
            if present and not present.isdisjoint(rule.hint):
                possible.append(rule)
            continue
        if rule.gate not in gates:
            gates[rule.gate] = rule.gate is None or rule.gate.search(text) is not None
        if gates[rule.gate]:
            possible.append(rule)
    return possible
