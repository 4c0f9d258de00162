"""The conservation law on DynamoDB: raw records by rule, in counters for each hour, spread over shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from lambda_image.adapters.dynamodb.items import DAY, SHARDS, TALLY, Change, n, number, shard
from lambda_image.adapters.dynamodb.table import Item
from lambda_image.domain.incident import Tally

# Seconds; as long as a trace is kept by default.
TALLY_KEPT = 90 * DAY
SHOWN = "shown"
# How many tasks were told of, beside the records by rule.
TOLD = "told"
NO_RULES = {"pk", "ttl", TOLD}


def tally_key(now: int, spread: str) -> str:
    """The counter of this hour (ms since the epoch) for whoever goes by this name."""
    return _key(datetime.fromtimestamp(now / 1000, UTC), shard(spread))


def day_keys(day: date) -> list[str]:
    """All counters of a day in UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return [_key(start + timedelta(hours=hour), each) for hour in range(24) for each in range(SHARDS)]


def added(key: str, counts: Mapping[str, int], now: int) -> Change:
    """An update that adds to a counter."""
    adds = {rule: n(count) for rule, count in counts.items() if count}
    return Change(key, sets={"ttl": n(now // 1000 + TALLY_KEPT)}, adds=adds)


def summed(items: Iterable[Item]) -> Tally:
    """What the counters among these items say together."""
    counts: Counter[str] = Counter()
    told = 0
    for item in items:
        if item["pk"]["S"].startswith(TALLY):
            told += number(item, TOLD)
            counts.update({name: number(item, name) for name in item if name not in NO_RULES})
    shown = counts.pop(SHOWN, 0)
    held = {rule: count for rule, count in sorted(counts.items()) if count}
    return Tally(shown + sum(held.values()), shown, held, told)


def _key(at: datetime, spread: int) -> str:
    return f"{TALLY}{at:%Y-%m-%dT%H}#{spread}"
