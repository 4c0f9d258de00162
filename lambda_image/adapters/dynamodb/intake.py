"""One delivery into the ledger on DynamoDB: read, judge, and write all of it in one transaction, or again.

The transaction is refused when the state that it was judged by has changed: then somebody else was faster,
and everything is read and judged anew. Counts alone change no state, so a known problem is never waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lambda_image.adapters.dynamodb import recent
from lambda_image.adapters.dynamodb.items import digest, key, marks, number, strings, text, waits
from lambda_image.adapters.dynamodb.judged import Judged, Part
from lambda_image.adapters.dynamodb.merges import MERGED, as_counted, followed
from lambda_image.adapters.dynamodb.recent import Recent
from lambda_image.adapters.dynamodb.table import Item, Table
from lambda_image.domain.affected import Affected
from lambda_image.domain.errors import TransientError
from lambda_image.domain.incident import History, Incident, Intake, Sighting, Task
from lambda_image.domain.noise import Digest, NoisePolicy, Spike
from lambda_image.ports import Clock

# TransactWriteItems takes 100 actions: the mark, the stream, the tally, the gate, two of a digest and one of
# a receipt, and at most two for each sighting; and 4 MB in all (DynamoDB Developer Guide, "Transactions"):
# where all are new, the texts of their samples are most of that.
SIGHTINGS_PER_WRITE = 46
BYTES_PER_WRITE = 3_500_000
# JSON writes a character in six bytes at most; frames repeat what stands in the lines.
BYTES_OF_A_CHARACTER, BYTES_OF_A_FRAME = 12, 100
# Fingerprints that one shard of a digest keeps; the largest of them are named.
DIGEST_NAMES = 200
# Each refusal is somebody else's success, so this many in a row are no coincidence.
ROUNDS = 50


def parts(intake: Intake) -> list[Part]:
    """A delivery in parts, the same for each time it comes; one without sightings is one part too."""
    starts, size = [0], 0
    for at, sighting in enumerate(intake.sightings):
        more = _bytes_at_most(sighting)
        if at - starts[-1] == SIGHTINGS_PER_WRITE or (at > starts[-1] and size + more > BYTES_PER_WRITE):
            starts.append(at)
            size = 0
        size += more
    ends = [*starts[1:], len(intake.sightings)]
    return [_part(intake, start, end) for start, end in zip(starts, ends, strict=True)]


def _part(intake: Intake, start: int, end: int) -> Part:
    sightings = intake.sightings[start:end]
    suppressed = () if start else intake.suppressed
    part = Part(intake.delivery_id, start, sightings, suppressed)
    if not intake.stream:
        return part
    return replace(part, stream=recent.stream_key(intake.stream), events=recent.events(sightings))


def _bytes_at_most(sighting: Sighting) -> int:
    """What its sample takes as JSON, without making it: most problems are known, and no sample is kept."""
    if sighting.size:
        return sighting.size
    event = sighting.told
    characters = sum(map(len, (*event.lines, *event.context, event.message)))
    return BYTES_OF_A_CHARACTER * characters + BYTES_OF_A_FRAME * len(event.frames)


class Counting:
    """What `DynamoLedger.observe` does."""

    def __init__(self, table: Table, clock: Clock, policy: NoisePolicy) -> None:
        self._table = table
        self._clock = clock
        self._policy = policy

    def count(self, part: Part) -> tuple[Incident | Digest, ...]:
        """Count it unless that was done, and return what it gives to tell and nobody has begun to."""
        for _ in range(ROUNDS):
            items = {item["pk"]["S"]: item for item in self._table.get(part.keys)}
            if any(MERGED in item for item in items.values()):
                items = followed(self._table, items)
                part = as_counted(part, items)
            if part.mark in items:
                return self._to_tell(part, items)
            left, named = self._left(part, items)
            judged = Judged(left, items, self._clock.now(), self._policy)
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
