"""Who is hit by a problem: how many users, tenants and requests its errors name, told apart by marks.

A mark is 24 bits of a hash that is salted with the problem's fingerprint. It tells apart the few of one
problem and cannot be followed to another; who has the ledger and a list of all names can still find one.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

# Of each kind so many are told apart; the marks lie in the item that is written with each delivery.
KEPT = 30
# Bytes: 30 names share a mark by chance in one of 39,000 problems.
_MARK = 3
_KEY = 64
# One trace as X-Ray writes it and as W3C does: X-Ray Developer Guide, "Sending trace data"; W3C Trace
# Context, "traceparent".
_TRACE = re.compile(r"(?i)1-([0-9a-f]{8})-([0-9a-f]{24})|[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Whom(StrEnum):
    """The kinds of those that may be hit."""

    USERS = "users"
    TENANTS = "tenants"
    REQUESTS = "requests"


Named = frozenset[tuple[Whom, str]]
"""Those that errors name, as they are logged: for one invocation's memory alone."""


@dataclass(frozen=True, slots=True)
class Affected:
    """How many of each are known to be hit; `KEPT` of a kind means that there may be more."""

    users: int = 0
    tenants: int = 0
    requests: int = 0

    @classmethod
    def of(cls, marks: Mapping[Whom, Collection[str]]) -> Affected:
        """What so many marks say."""
        return cls(*(min(len(marks.get(whom, ())), KEPT) for whom in Whom))


NOBODY = Affected()


def unmet(
    fingerprint: str, named: Iterable[tuple[Whom, str]], known: Mapping[Whom, Collection[str]]
) -> dict[Whom, list[str]]:
    """The marks to be added to those that are known of this problem, by kind, in order."""
    fresh: dict[Whom, set[str]] = {}
    for whom, name in named:
        fresh.setdefault(whom, set()).add(mark(fingerprint, name))
    added = {
        whom: sorted(marks - set(known.get(whom, ())))[: max(KEPT - len(known.get(whom, ())), 0)]
        for whom, marks in fresh.items()
    }
    return {whom: marks for whom, marks in added.items() if marks}


def mark(fingerprint: str, name: str) -> str:
    """What one that is named is told apart by within this problem; a trace has one in all its spellings."""
    if "-" in name and (trace := _TRACE.fullmatch(name)):
        name = "".join(filter(None, trace.groups())).lower()
    said = name.encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(
        blake2b(said, key=fingerprint.encode()[:_KEY], digest_size=_MARK).digest()
    ).decode()
