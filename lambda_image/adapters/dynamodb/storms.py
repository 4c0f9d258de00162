"""Problems that are one incident, in the ledger's items: who was opened lately, who joined whom.

The gate's item remembers what was opened lately. It is read for each delivery anyway, and a transaction that
opens a problem is refused when it has changed: of two related ones that come at the same time one sees the
other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from lambda_image.adapters.dynamodb.items import (
    GATE,
    INCIDENT,
    MERGED,
    Change,
    key,
    marks,
    number,
    s,
    standing,
    strings,
    text,
)
from lambda_image.adapters.dynamodb.part import Part
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain import noise
from lambda_image.domain.affected import Whom
from lambda_image.domain.incident import Task
from lambda_image.domain.joining import Neighbour, Opened, general, lately
from lambda_image.domain.noise import NoisePolicy
from lambda_image.domain.storm import Joined, Member, Release, Shares, Storm

RECENT, JOINED, MEMBERS, APART = "recent", "joined", "members", "apart"


def recently(gate: Item, now: int) -> tuple[Opened, ...]:
    """Who was opened lately, by the gate's item."""
    kept = (each["S"].split(" ") for each in gate.get(RECENT, {}).get("L", ()))
    return lately((Opened(name, int(at), deployment) for name, at, deployment in kept), now)


def with_opened(gate: Item, names: Iterable[str], new: Release | None, now: int) -> Item:
    """The same with those that are opened now, as the gate's item holds it."""
    opened = (Opened(name, now, new.deployment if new else "") for name in names)
    recent = lately((*recently(gate, now), *opened), now)
    return {"L": [s(f"{each.fingerprint} {each.at} {each.deployment}") for each in recent]}


def joined(item: Item) -> Joined | None:
    """Whom a problem joined, if it did."""
    if JOINED not in item:
        return None
    fingerprint, thread_id, shares, *said = (each["S"] for each in item[JOINED]["L"])
    return Joined(fingerprint, thread_id, Shares(shares), *said)


def written(into: Joined) -> Item:
    """The same, as a problem's item holds it."""
    said = into.fingerprint, into.thread_id, into.shares, into.what, into.title, into.log_group
    return {"L": [s(each) for each in said]}


def members_of(home: str, found: Mapping[str, Joined]) -> Item | None:
    """Those of the problems that `found` one to join which join this one, as its item holds them."""
    names = [name for name, into in found.items() if into.fingerprint == home]
    return {"SS": names} if names else None


def grown(found: Mapping[str, Joined], here: Collection[str]) -> list[Change]:
    """The changes of those that are joined; of those `here` there is one already."""
    homes = sorted({into.fingerprint for into in found.values()} - set(here))
    added = ((home, members_of(home, found)) for home in homes)
    return [
        Change(key(home), adds={MEMBERS: names}, expected={"pk": s(key(home))})
        for home, names in added
        if names
    ]


def around(
    table: Table, part: Part, items: Mapping[str, Item], now: int, policy: NoisePolicy
) -> tuple[Neighbour, ...]:
    """What was opened lately, the first one first; it is read only where the part opens a problem."""
    found = ((items.get(key(each.fingerprint)), each.count) for each in part.sightings)
    opens = any(noise.judge(standing(item), count, now, policy) in noise.OPENED for item, count in found)
    recent = recently(items.get(GATE, {}), now) if opens else ()
    missing = sorted({key(each.fingerprint) for each in recent} - items.keys())
    read = {item["pk"]["S"]: item for item in table.get(missing)} if missing else {}
    return tuple(_neighbours(recent, {**items, **read}, now))


def _neighbours(recent: tuple[Opened, ...], items: Mapping[str, Item], now: int) -> Iterator[Neighbour]:
    heard = {each.fingerprint for each in recent if _heard(items.get(key(each.fingerprint), {}), now)}
    for each in recent:
        item = items.get(key(each.fingerprint), {})
        into = joined(item)
        home = into.fingerprint if into else each.fingerprint
        first = items.get(key(home), {})
        if not {home, each.fingerprint} <= heard or (into and JOINED in first):
            continue
        named = marks(item)[Whom.REQUESTS]
        errors = number(item, "occurrences") - number(item, "seen_before")
        yield Neighbour(
            opened=each,
            home=home,
            thread_id=text(first, "thread_id"),
            title=text(item, "title"),
            requests=frozenset() if general(len(named), errors) else named,
            members=len(strings(first, MEMBERS)),
            apart=strings(item, APART),
        )


def _heard(item: Item, now: int) -> bool:
    """Whether people hear of it by itself: it is neither muted nor merged, nor held back."""
    known = standing(item)
    return bool(known and known.told and known.muted_until <= now and MERGED not in item)


def storm(table: Table, fingerprint: str) -> Storm:
    """What the incident of a problem has become; one that is forgotten has been answered."""
    for item in table.get([key(fingerprint)]):
        names = sorted(strings(item, MEMBERS))
        members = table.get([key(name) for name in names]) if names else ()
        here = [
            (each, into) for each in members if (into := joined(each)) and into.fingerprint == fingerprint
        ]
        here.sort(key=lambda each: (number(each[0], "opened_at"), each[0]["pk"]["S"]))
        answered = f"{Task.RESPOND}_done" in item or number(item, "round") > 0
        return Storm(answered, tuple(_member(each, into) for each, into in here))
    return Storm(answered=True)


def _member(item: Item, into: Joined) -> Member:
    return Member(item["pk"]["S"].removeprefix(INCIDENT), text(item, "title"), into.log_group)
