"""One delivery into the ledger on DynamoDB: read, judge, and write all of it in one transaction, or again.

The transaction is refused when the state that it was judged by has changed: then somebody else was faster,
and everything is read and judged anew. Counts alone change no state, so a known problem is never waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lambda_image.adapters.dynamodb import recent
from lambda_image.adapters.dynamodb.items import MERGED, digest, key, marks, number, strings, text, waits
from lambda_image.adapters.dynamodb.judged import Judged
from lambda_image.adapters.dynamodb.merges import as_counted, followed
from lambda_image.adapters.dynamodb.part import Part
from lambda_image.adapters.dynamodb.recent import Recent
from lambda_image.adapters.dynamodb.releases import Releases
from lambda_image.adapters.dynamodb.storms import around, joined
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.affected import Affected
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import History, Incident, Sighting, Task
from lambda_image.domain.noise import Digest, NoisePolicy, Spike
from lambda_image.ports import Clock

# Fingerprints that one shard of a digest keeps; the largest of them are named.
DIGEST_NAMES = 200
# Each refusal is somebody else's success, so this many in a row are no coincidence.
ROUNDS = 50


class Counting:
    """What `DynamoLedger.observe` does."""

    def __init__(self, table: Table, clock: Clock, policy: NoisePolicy) -> None:
        self._table = table
        self._clock = clock
        self._policy = policy
        self._releases = Releases(table)

    def count(self, part: Part) -> tuple[Incident | Digest, ...]:
        """Count it unless that was done, and return what it gives to tell and nobody has begun to."""
        part = replace(part, release=self._releases.new(part.release, self._clock.now()))
        for _ in range(ROUNDS):
            items = {item["pk"]["S"]: item for item in self._table.get(part.keys)}
            if any(MERGED in item for item in items.values()):
                items = followed(self._table, items)
                part = as_counted(part, items)
            if part.mark in items:
                return self._to_tell(part, items)
            left, named = self._left(part, items)
            now = self._clock.now()
            near = around(self._table, left, items, now, self._policy)
            judged = Judged(left, items, now, self._policy, near)
            full = self._is_full(judged.shard) if judged.held else False
            actions = [*judged.actions(named=not full), *named]
            if not self._table.transact(actions) and not judged.tells and not left.again:
                return ()
        raise TransientError(f"DynamoDB: {part.mark} was overtaken {ROUNDS} times")

    def _left(self, part: Part, items: Mapping[str, Item]) -> tuple[Part, list[Item]]:
        """What of it was not counted before among other events, and the update that keeps its name."""
        if not part.events:
            return part, []
        lately = Recent(items.get(part.stream, {}), recent.span_of(part.sightings))
        named = lately.with_next(part.stream, part.mark, self._clock.now())
        marks = lately.marks()
        return part.without(self._table.get(marks) if marks else ()), [{"Update": named.body()}]

    def _is_full(self, digest_shard: str) -> bool:
        found = self._table.get([digest_shard])
        return any(len(strings(item, "names")) >= DIGEST_NAMES for item in found)

    def _to_tell(self, part: Part, items: Mapping[str, Item]) -> tuple[Incident | Digest, ...]:
        work: list[Incident | Digest] = []
        deliveries = {part.delivery, *strings(items[part.mark], "again")}
        for sighting in part.sightings:
            item = items.get(key(sighting.fingerprint), {})
            if text(item, "opened_by") in deliveries and waits(item, Task.RESPOND):
                work.append(_incident(sighting, item))
            if text(item, "spiked_by") in deliveries and waits(item, Task.SPIKE):
                work.append(_incident(sighting, item, _spike(item)))
        begun = [text(items[part.mark], name) for name in ("digest", "receipt")]
        heads = self._table.get([name for name in begun if name]) if any(begun) else []
        return (*work, *(digest(head) for head in heads if waits(head, Task.DIGEST)))


def _incident(sighting: Sighting, item: Item, told: Spike | None = None) -> Incident:
    return Incident(
        fingerprint=sighting.fingerprint,
        thread_id=text(item, "thread_id"),
        first_seen=number(item, "first_seen"),
        last_seen=number(item, "last_seen"),
        count=number(item, "occurrences") - number(item, "seen_before"),
        event=sighting.sample,
        decision=sighting.decision,
        history=history(item),
        spike=told,
        affected=Affected.of(marks(item)),
        joined=joined(item),
    )


def history(item: Item) -> History | None:
    """What was known of it before it came back."""
    if not number(item, "silence"):
        return None
    return History(
        first_seen=number(item, "first_ever"),
        count=number(item, "seen_before"),
        silence=number(item, "silence"),
        pull_request_url=text(item, "pull_request") or None,
    )


def _spike(item: Item) -> Spike:
    return Spike(number(item, "spiked_at"), number(item, "spike_count"), number(item, "spike_usual"))
