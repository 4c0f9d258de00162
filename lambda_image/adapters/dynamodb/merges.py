"""Problems that people say are one: where a sighting of a merged problem is counted.

The mark stands in the problem's own item, which is read for each delivery anyway: what is not merged costs no
more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from lambda_image.adapters.dynamodb.items import DAY, HELD, MERGED, Change, key, n, s, text
from lambda_image.adapters.dynamodb.part import Part
from lambda_image.adapters.dynamodb.storms import APART, JOINED, joined
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import Sighting, Task
from lambda_image.ports import Clock

MERGED_BY = "merged_by"
# Problems that were merged one into the next; nobody builds a longer chain by hand.
CHAIN = 10
# Seconds that a merge holds: its item is not written any more by what is counted elsewhere.
HOLDS = 360 * DAY
# Each refusal is somebody else's merge, and people are slow.
ROUNDS = 10


class DynamoMerges:
    """Implements `Merges`."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def merge(self, fingerprint: str, into: str, by: str = "") -> bool:
        """See `Merges.merge`. What the other is part of may not change meanwhile: two merges made a ring."""
        for _ in range(ROUNDS):
            items = followed(self._table, _read(self._table, {fingerprint, into}))
            item, chain = items.get(key(fingerprint), {}), _chain(into, items)
            if f"{Task.RESPOND}_done" not in item or key(into) not in items or fingerprint in chain:
                return False
            change = Change(key(fingerprint), expected={"pk": s(key(fingerprint))}, adds={"changes": n(1)})
            change.sets = {MERGED: s(into), "ttl": n(self._clock.now() // 1_000 + HOLDS)}
            change.sets[MERGED_BY] = s(by)
            kept = [_as_read(name, items.get(key(name), {})) for name in chain]
            if not self._table.transact([{"Update": each.body()} for each in (change, *kept)]):
                return True
        raise TransientError(f"DynamoDB: the merge of {fingerprint} was overtaken {ROUNDS} times")

    def split(self, fingerprint: str) -> bool:
        """See `Merges.split`."""
        item = next(iter(self._table.get([key(fingerprint)])), {})
        change = Change(key(fingerprint), expected={"pk": s(key(fingerprint))}, adds={"changes": n(1)})
        if MERGED in item:
            change.removes = {MERGED, MERGED_BY}
        elif into := joined(item):
            self._keep_apart(into.fingerprint, fingerprint)
            change.removes = {JOINED}
            change.adds[APART] = {"SS": [into.fingerprint]}
            change.sets = {"standing": s(HELD)}
        else:
            return False
        return not self._table.transact([{"Update": change.body()}])

    def _keep_apart(self, fingerprint: str, other: str) -> None:
        """The first problem of an incident never joins what was taken out of it; it may be forgotten."""
        change = Change(key(fingerprint), expected={"pk": s(key(fingerprint))}, adds={APART: {"SS": [other]}})
        self._table.transact([{"Update": change.body()}])


def followed(table: Table, items: dict[str, Item]) -> dict[str, Item]:
    """The items with those of the problems that they are part of."""
    for _ in range(CHAIN):
        into = {text(item, MERGED) for item in items.values()} - {""}
        missing = {name for name in into if key(name) not in items}
        if not missing:
            break
        items = {**items, **_read(table, missing)}
    return items


def home(fingerprint: str, items: Mapping[str, Item]) -> str:
    """The problem that this one is counted as; itself where what it is part of is forgotten."""
    return _chain(fingerprint, items)[-1]


def _chain(fingerprint: str, items: Mapping[str, Item]) -> list[str]:
    chain = [fingerprint]
    while len(chain) <= CHAIN and key(into := text(items.get(key(chain[-1]), {}), MERGED)) in items:
        chain.append(into)
    return chain


def at_home(table: Table, fingerprint: str) -> tuple[str, Item]:
    """The problem that this one is counted as, and its item; an empty one where it is not known."""
    items = followed(table, _read(table, {fingerprint}))
    name = home(fingerprint, items)
    return name, items.get(key(name), {})


def _as_read(name: str, item: Item) -> Change:
    """That a problem is part of nothing else than when it was read."""
    return Change(key(name), expected={MERGED: item.get(MERGED)}, adds={"changes": n(1)})


def as_counted(part: Part, items: Mapping[str, Item]) -> Part:
    """The part with each sighting under the problem that it is counted as."""
    merged: dict[str, Sighting] = {}
    for each in part.sightings:
        counted = replace(each, fingerprint=home(each.fingerprint, items))
        before = merged.get(counted.fingerprint)
        merged[counted.fingerprint] = before.with_more(counted) if before else counted
    return replace(part, sightings=tuple(merged.values()))


def _read(table: Table, names: Collection[str]) -> dict[str, Item]:
    return {item["pk"]["S"]: item for item in table.get([key(name) for name in sorted(names)])}
