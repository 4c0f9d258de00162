"""The ledger on DynamoDB for people: what it counted, which problems it knows, what it held back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from lambda_image.adapters.dynamodb.items import (
    ACTION,
    HELD,
    HELD_IN,
    INCIDENT,
    MERGED,
    SHARDS,
    Change,
    key,
    n,
    number,
    s,
    strings,
    text,
    waits,
)
from lambda_image.adapters.dynamodb.judged import KEPT_AFTER_SILENCE
from lambda_image.adapters.dynamodb.merges import MERGED_BY, DynamoMerges, at_home
from lambda_image.adapters.dynamodb.storms import joined
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.adapters.dynamodb.tally import day_keys, summed
from lambda_image.domain.action import Asked
from lambda_image.domain.aftermath import STATES
from lambda_image.domain.channels import receipts
from lambda_image.domain.incident import Problem, Tally, Task
from lambda_image.domain.noise import Digest, HeldBack, HeldProblem
from lambda_image.ports import Clock


class DynamoReport:
    """Implements `LedgerReport`, `Digests` and `Mutes`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def tally(self, day: date | None = None) -> Tally:
        """See `LedgerReport.tally`. Without a day it reads the whole table."""
        return summed(self._table.get(day_keys(day)) if day else self._table.scan())

    def problems(self) -> tuple[Problem, ...]:
        """See `LedgerReport.problems`. Reads the whole table."""
        now, found = self._clock.now(), []
        asked: dict[str, list[Asked]] = {}
        for item in self._table.scan():
            kind = item["pk"]["S"].partition("#")[0] + "#"
            if kind == INCIDENT:
                found.append(_problem(item, now))
            elif kind == ACTION:
                about = text(item, "thread_id").rpartition("-")[0]
                asked.setdefault(about, []).append(_asked(item))
        told = (replace(each, asked=_newest(asked.get(each.fingerprint, ()))) for each in found)
        return tuple(sorted(told, key=lambda each: each.last_seen, reverse=True))

    def delivered(self, fingerprint: str) -> frozenset[str]:
        """See `LedgerReport.delivered`."""
        items = self._table.get([key(fingerprint)])
        return receipts(each for item in items for each in strings(item, "delivered"))

    def held_back(self, digest: Digest) -> HeldBack:
        """See `Digests.held_back`."""
        shards = self._table.get([f"{digest.fingerprint}#{each}" for each in range(SHARDS)])
        names = sorted({name for item in shards for name in strings(item, "names")})
        items = self._table.get([key(name) for name in names])
        found = [_held(item, f"{HELD_IN}{digest.began}") for item in items]
        return HeldBack(
            problems=sum(number(item, "problems") for item in shards),
            records=sum(number(item, "records") for item in shards),
            top=tuple(sorted(found, key=lambda each: (-each.records, each.fingerprint))),
        )

    def mute(self, fingerprint: str, until: int, reason: str, by: str = "") -> str:
        """See `Mutes.mute`."""
        home, item = at_home(self._table, fingerprint)
        if not item:
            return ""
        change = _change(home)
        change.sets = {"muted_until": n(until), "mute_reason": s(reason), "muted_by": s(by)}
        change.sets["ttl"] = n(max(until // 1000 + KEPT_AFTER_SILENCE, number(item, "ttl")))
        return "" if self._table.transact([{"Update": change.body()}]) else home

    def unmute(self, fingerprint: str) -> bool:
        """See `Mutes.unmute`."""
        home, item = at_home(self._table, fingerprint)
        change = _change(home)
        change.removes = {"muted_until", "mute_reason", "muted_by"}
        muted = number(item, "muted_until") > self._clock.now()
        return muted and not self._table.transact([{"Update": change.body()}])


class DynamoOperators(DynamoReport, DynamoMerges):
    """Implements `OperatorsLedger`."""


def _change(fingerprint: str) -> Change:
    """A change of state of a problem that is known."""
    pk = key(fingerprint)
    return Change(pk, adds={"changes": n(1)}, expected={"pk": s(pk)})


def _problem(item: Item, now: int) -> Problem:
    muted = number(item, "muted_until") > now
    into = joined(item)
    return Problem(
        fingerprint=item["pk"]["S"].removeprefix(INCIDENT),
        state=_state(item),
        count=number(item, "occurrences"),
        first_seen=number(item, "first_ever"),
        last_seen=number(item, "last_seen"),
        pull_request_url=text(item, "pull_request") or None,
        title=text(item, "title"),
        silence=number(item, "silence"),
        spiked_at=number(item, "spiked_at"),
        muted_until=number(item, "muted_until") if muted else 0,
        mute_reason=text(item, "mute_reason") if muted else "",
        merged_into=text(item, MERGED),
        muted_by=text(item, "muted_by") if muted else "",
        merged_by=text(item, MERGED_BY),
        thread_id=text(item, "thread_id"),
        member_of=into.fingerprint if into else "",
    )


def _asked(item: Item) -> Asked:
    return Asked(text(item, "verb"), text(item, "by"), number(item, "at"))


def _newest(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    return tuple(sorted(asked, key=lambda each: each.at, reverse=True))


def _state(item: Item) -> str:
    if text(item, "standing") == HELD:
        return "held back"
    if waits(item, Task.RESPOND):
        return "waiting"
    if f"{Task.RESPOND}_done" not in item:
        return "being answered"
    return STATES.get(text(item, "fate"), "answered")


def _held(item: Item, inside: str) -> HeldProblem:
    name = item["pk"]["S"].removeprefix(INCIDENT)
    return HeldProblem(name, text(item, "title"), number(item, inside))
