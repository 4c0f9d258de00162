"""The ledger's items: their keys, how they are read, and how a change of one is written.

incident#<fingerprint>      counts, times, thread, leases, receipts, mute, spike, pull request; small, for it
                            is written with each delivery, and a write is paid for by the item's size
  changes                   goes up with each change of state; whoever judged by an older state is refused
  asked_<verb>, round       what people asked for, and how often they wanted another answer
  users, tenants, requests  marks of those that its errors name, see lambda_image/domain/affected.py
  merged_into               the problem that people say it is; it is counted as that one
  muted_by, merged_by       who said so, where that is known
  joined, members, apart    whose incident it is part of and why, what is part of its own, what people took it
                            apart from
  fate                      what became of its newest pull request
  hour#<n>, held#<began>    occurrences in the nth hour since the epoch; records held back into that digest
event#<fingerprint>         the occurrence that opened it
delivery#<id>#<n>           marks a counted part of a delivery, so that a redelivery counts nothing; with a
                            digest of each log event of its errors
stream#<digest>             the marks of the deliveries with errors that a log stream had last
seen#<mark>                 a request of Slack that was let in; forgotten where nothing could be done with it
action#<mark>               a button that was pressed: what it asked for, when, and by whom if known
fix#<fingerprint>           its pull requests, and what became of each (fixes.py)
fixes                       the problems of whose pull requests more may become
gate                        when messages went into the channel, when the last digest began, the day, and what
                            was opened in the last minutes (storms.py)
releases#<digest>           what ran in one place, and since when (releases.py)
digest-<began>              leases and receipts of a digest
digest-day-<n>              those of the receipt of a day, in days since the epoch
digest-<began>#<shard>      how many problems and records it holds, and the fingerprints of some
digest-quiet-<channel>-<closes>   what a channel hears of when its quiet hours are over
quiet#<channel>             its digests that were not told
tally#<hour>#<shard>        raw records by the rule that held them back, or "shown"
lessons#<name>              how answers were judged, see memory.py
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

from lambda_image.adapters.dynamodb.table import Item
from lambda_image.domain.affected import Whom
from lambda_image.domain.incident import Task
from lambda_image.domain.noise import Digest, Gate, Standing

INCIDENT, EVENT, DIGEST, TALLY, GATE = "incident#", "event#", "digest-", "tally#", "gate"
ACTION, MARK = "action#", "delivery#"
HOURLY, HELD_IN = "hour#", "held#"
TOLD, HELD = "told", "held back"
MERGED = "merged_into"
# Seconds.
DAY = 86_400
# Concurrent transactions on one item refuse one another, so counters are spread over this many.
SHARDS = 16


def key(name: str) -> str:
    """The key of the item that a problem or a digest is claimed by."""
    return name if name.startswith(DIGEST) else f"{INCIDENT}{name}"


def shard(of: str) -> int:
    """Which of the counters: the same for the same text."""
    return zlib.crc32(of.encode("utf-8", "surrogatepass")) % SHARDS


def n(value: int) -> Item:
    """A number."""
    return {"N": str(value)}


def s(value: str) -> Item:
    """A text."""
    return {"S": value}


def number(item: Item, name: str) -> int:
    """A number of an item; 0 where it has none."""
    return int(item.get(name, {}).get("N", 0))


def text(item: Item, name: str) -> str:
    """A text of an item; empty where it has none."""
    return str(item.get(name, {}).get("S", ""))


def strings(item: Item, name: str) -> frozenset[str]:
    """A set of an item; empty where it has none."""
    return frozenset(item.get(name, {}).get("SS", ()))


def counts(item: Item, prefix: str) -> dict[int, int]:
    """The counters of an item whose names are this prefix and a number."""
    named = ((name.removeprefix(prefix), name) for name in item if name.startswith(prefix))
    return {int(at): number(item, name) for at, name in named}


def marks(item: Item) -> dict[Whom, frozenset[str]]:
    """Of those that are known to be hit."""
    return {whom: strings(item, whom) for whom in Whom}


def waits(item: Item, task: Task) -> bool:
    """Whether nobody has begun this task."""
    return f"{task}_done" not in item and f"{task}_lease" not in item


def fields(task: Task) -> tuple[str, str, str]:
    """What an item remembers of a task."""
    return f"{task}_owner", f"{task}_lease", f"{task}_done"


def standing(item: Item | None) -> Standing | None:
    """What decides how the next sighting is judged."""
    if not item:
        return None
    return Standing(
        told=text(item, "standing") == TOLD,
        arrived=number(item, "arrived"),
        began=number(item, "opened_at"),
        silence=number(item, "silence"),
        muted_until=number(item, "muted_until"),
        spiked_at=number(item, "spiked_at"),
        hours=counts(item, HOURLY),
    )


def gate(item: Item) -> Gate:
    """The gate as it stands."""
    passed = tuple(int(each["N"]) for each in item.get("passed", {}).get("L", ()))
    return Gate(passed, number(item, "digest"), number(item, "day"))


def digest(item: Item) -> Digest:
    """A digest by its item."""
    return Digest(item["pk"]["S"], number(item, "began"), number(item, "closes"), "daily" in item)


@dataclass
class Change:
    """An update of one item, to be filled; `expected` are values that it must have, None for no item."""

    pk: str
    sets: dict[str, Item] = field(default_factory=dict)
    adds: dict[str, Item] = field(default_factory=dict)
    removes: set[str] = field(default_factory=set)
    expected: dict[str, Item | None] = field(default_factory=dict)

    def body(self) -> Item:
        """As TransactWriteItems takes it."""
        names: dict[str, str] = {}
        values: dict[str, Any] = {}

        def named(name: str) -> str:
            return names.setdefault(name, f"#n{len(names)}")

        def valued(value: Item) -> str:
            values[f":v{len(values)}"] = value
            return f":v{len(values) - 1}"

        sets = [f"{named(name)} = {valued(value)}" for name, value in self.sets.items()]
        adds = [f"{named(name)} {valued(value)}" for name, value in self.adds.items()]
        removes = [named(name) for name in sorted(self.removes)]
        parts = {"SET": sets, "ADD": adds, "REMOVE": removes}
        conditions = [
            f"attribute_not_exists({named(name)})" if value is None else f"{named(name)} = {valued(value)}"
            for name, value in self.expected.items()
        ]
        body = {
            "Key": {"pk": s(self.pk)},
            "UpdateExpression": " ".join(f"{verb} {', '.join(part)}" for verb, part in parts.items() if part),
            "ExpressionAttributeNames": {short: name for name, short in names.items()},
        }
        body |= {"ExpressionAttributeValues": values} if values else {}
        return body | ({"ConditionExpression": " AND ".join(conditions)} if conditions else {})
