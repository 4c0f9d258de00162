"""The identity of a problem: the same for all its occurrences, different for different problems.

Versioned, so that a better rule never regroups what an older one has put together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from http import HTTPStatus

from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.domain.identity import Decision, FingerprintRule
from lambda_image.steps.reading.masks import collapse, template

VERSION = "v1"
ALL_FRAMES_VERSION = "s1"
FRAMES = 5
# Problems whose names are remembered; each takes about 1 KB.
REMEMBERED = 2_000
MESSAGE_REACH = 400
LINE_REACH = 2_000
EXPLICIT = "explicit"
# Rules of errors without a trace, which the ledger may know by other words.
OF_MESSAGES = ("exception", "template")
# A request refused and a request that failed are two problems, whatever else is masked.
_PHRASES = "|".join(
    re.escape(status.phrase) for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST and status.phrase
)
_BETWEEN = r"(?:[ _-]?code|\W{1,3}(?:with|an?|error|status|http|does not indicate success)){0,4}\W{1,4}"
# `returned 450 rows` is no status.
_NO_UNIT = r"(?!\s+(?!(?:from|for|on|at|with|to|in|by|when|while|after|and|but|not|bad|error)\b)[a-z])"
_STATUS = re.compile(
    rf"(?i:\b(?:status|http(?:/[\d.]+)?|code){_BETWEEN})([45])\d\d\b"
    rf"|(?i:\b(?:returned|responded|response|answered|replied){_BETWEEN})([45])\d\d\b{_NO_UNIT}"
    rf"|\b([45])\d\d\b\W{{1,3}}(?:Client Error|Server Error|{_PHRASES})\b"
)
_STATUS_FIELD = re.compile(r"(?i)status(?:[_-]?code)?\"?\s{0,2}[=:]\s{0,2}\"?([45])\d\d\b")
_MAY_BE_STATUS = re.compile(r"\b[45]\d\d\b")
# What a runtime numbers or hashes anew each time that it starts or is built: classes of the JVM and of
# Spring, methods of .NET, addresses, hashes of Rust and of bundled files.
_NUMBER = re.compile(r"<(?:CARD|PHONE|SSN)_\d+>")
_GENERATED = re.compile(
    r"(?<=\$\$Lambda)[$/\w]+|(?<=Proxy)\d+|(?<=Accessor)\d+|(?<=CGLIB\$\$)[0-9a-f]+|(?<=lambda_method)\d+"
    r"|0x[0-9a-fA-F]+|::h[0-9a-f]{16}\b|[.-](?=[a-f]*\d)[0-9a-f]{8,}(?=\.)"
)


def fingerprint(event: RedactedEvent, rules: Iterable[FingerprintRule] = ()) -> str:
    """`v1-` and 16 hex digits, from the first explicit rule that fits, else from the best that the event has.

    In-app frames with the exception type; without frames the exception type and the normalised message;
    without a type the message's template alone; each with the log group and the class of an HTTP status.
    Line numbers count only in the frame that raised: two failing lines of one function are two problems.
    """
    return decide(event, rules).fingerprint


def decide(event: RedactedEvent, rules: Iterable[FingerprintRule] = ()) -> Decision:
    """The event's fingerprint with the rule that made it."""
    if rules and (rule := explicit(event, rules)):
        return Decision(_hash(VERSION, EXPLICIT, rule.name), EXPLICIT, VERSION, rule.name)
    return named(event.log_group, identity(event))


@lru_cache(REMEMBERED)
def named(log_group: str, parts: tuple[str, ...]) -> Decision:
    """The fingerprint of an error with this identity."""
    kind, *_, said, _ = parts
    beside = said if kind in OF_MESSAGES else ""
    return Decision(_hash(VERSION, log_group, *parts), kind, VERSION, beside)


def explicit(event: RedactedEvent, rules: Iterable[FingerprintRule]) -> FingerprintRule | None:
    """The first of a team's rules that the event fits."""
    return next((rule for rule in rules if _fits(event, rule)), None)


def _fits(event: RedactedEvent, rule: FingerprintRule) -> bool:
    return (
        (not rule.log_group or fnmatchcase(event.log_group, rule.log_group))
        and (not rule.exception_type or fnmatchcase(event.exception_type or "", rule.exception_type))
        and (not rule.pattern or re.search(rule.pattern, event.message) is not None)
    )


def identity(event: RedactedEvent) -> tuple[str, ...]:
    """What the fingerprint is made of, the rule's name first."""
    kind = event.exception_type or ""
    status = _status(event)
    own = [frame for frame in event.frames if frame.in_app] or list(event.frames)
    if own:
        raised = (str(own[-1].line), status) if status else (str(own[-1].line),)
        return ("frames", kind, *(_place(frame) for frame in own[-FRAMES:]), *raised)
    # A number is a number, be it one of a card or not.
    said = (" ".join(template(collapse(_NUMBER.sub("0", event.message[:MESSAGE_REACH])))), status)
    return ("exception", kind, *said) if kind else ("template", *said)


def all_frames(event: RedactedEvent) -> str:
    """`s1-` and 16 hex digits, from every frame with its line; empty without frames.

    It does not depend on which frames are in-app. As it tells apart all that the fingerprint does, whoever
    has it in common has had the fingerprint in common when the frames were classified the same way.
    """
    if not event.frames:
        return ""
    places = (f"{_place(frame)}:{frame.line}" for frame in event.frames)
    kind = event.exception_type or ""
    return _hash(ALL_FRAMES_VERSION, event.log_group, kind, _status(event), *places)


def _status(event: RedactedEvent) -> str:
    """`4xx` or `5xx` where the message, else a field of the line, states the HTTP status of a request."""
    message = event.message[:MESSAGE_REACH]
    found = _STATUS.search(message) if _MAY_BE_STATUS.search(message) else None
    if found is None and len(event.lines) == 1 and _MAY_BE_STATUS.search(line := event.lines[0][:LINE_REACH]):
        found = _STATUS_FIELD.search(line)
    return f"{found[found.lastindex or 0]}xx" if found else ""


def _place(frame: Frame) -> str:
    """File and function, without what depends on the place of deployment, the build or the process."""
    place = f"{'/'.join(frame.file.replace(chr(92), '/').split('/')[-2:])}:{frame.function or ''}"
    return _GENERATED.sub("*", place)


def _hash(version: str, *parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", errors="replace")).hexdigest()
    return f"{version}-{digest[:16]}"
