"""Which releases ran, in the ledger's table: one item for each place, and when each was seen first."""

from __future__ import annotations

import hashlib

from lambda_image.adapters.dynamodb.items import DAY, Change, n, number
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.domain.joining import REACH
from lambda_image.domain.storm import Release

RELEASES, AT = "releases#", "at#"
# Seconds. The item is written when a release is new, so this is the longest time between two.
KEPT = 360 * DAY
# Of one place so many are told apart; a place that has more in a year goes on with the newest.
TOLD_APART = 50
# What a warm function remembers.
MET = 10_000


class Releases:
    """Tells a release that is new where another one ran before.

    The ledger is asked once for each release that this function meets, and written to when nobody met it.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._met: dict[tuple[str, str], int] = {}

    def new(self, release: Release | None, now: int) -> Release | None:
        """The release in its first minutes; None for any other."""
        if release is None:
            return None
        met = release.place, release.version
        if met not in self._met:
            if len(self._met) >= MET:
                self._met.clear()
            self._met[met] = self._began(release, now)
        return release if now - self._met[met] <= REACH else None

    def _began(self, release: Release, now: int) -> int:
        """When it was seen first, by the ledger's clock in ms; 0 where it is the first of its place."""
        pk = RELEASES + hashlib.sha256(release.place.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        name = f"{AT}{release.version}"
        item = next(iter(self._table.get([pk])), {})
        if name not in item:
            older = sorted(
                (each for each in item if each.startswith(AT)), key=lambda each: number(item, each)
            )
            change = Change(pk, sets={name: n(now), "ttl": n(now // 1000 + KEPT)}, expected={name: None})
            change.removes = set(older[: max(len(older) + 1 - TOLD_APART, 0)])
            body = change.body()
            del body["Key"]
            item = self._table.update(pk, body).item
        known = {each: number(item, each) for each in item if each.startswith(AT)}
        return known[name] if known[name] > min(known.values()) else 0
