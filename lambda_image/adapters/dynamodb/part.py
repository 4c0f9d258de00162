"""A delivery in parts: as much of it as one transaction takes, and what that is judged by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lambda_image.adapters.dynamodb import recent
from lambda_image.adapters.dynamodb.items import GATE, MARK, key
from lambda_image.adapters.dynamodb.table import Item
from lambda_image.domain.incident import Intake, Sighting, uncounted
from lambda_image.domain.storm import Release

# TransactWriteItems takes 100 actions: the mark, the stream, the tally, the gate, two of a digest and one of
# a receipt, at most two for each sighting, and one for each earlier incident that they join (joining.HOMES);
# and 4 MB in all (DynamoDB Developer Guide, "Transactions"): where all are new, the texts of their samples
# are most of that.
SIGHTINGS_PER_WRITE = 42
BYTES_PER_WRITE = 3_500_000
# JSON writes a character in six bytes at most; frames repeat what stands in the lines.
BYTES_OF_A_CHARACTER, BYTES_OF_A_FRAME = 12, 100


@dataclass(frozen=True, slots=True)
class Part:
    """As much of a delivery as one transaction takes.

    `stream` is the key of its stream's item, `events` names its log events; both are empty where they have no
    ids. `again` are the deliveries in which some of them came before. `release` is what ran there.
    """

    delivery: str
    start: int
    sightings: tuple[Sighting, ...]
    suppressed: tuple[tuple[str, int], ...]
    stream: str = ""
    events: bytes = b""
    again: frozenset[str] = frozenset()
    release: Release | None = None

    @property
    def mark(self) -> str:
        """The key of its mark."""
        return f"{MARK}{self.delivery}#{self.start}"

    @property
    def keys(self) -> list[str]:
        """What it is judged by."""
        stream = [self.stream] if self.events else []
        return [self.mark, GATE, *stream, *(key(each.fingerprint) for each in self.sightings)]

    def without(self, marks: Iterable[Item]) -> Part:
        """What is left of it when the log events of these marks are counted."""
        own = recent.apart(self.events)
        found = {item["pk"]["S"]: recent.apart(item["events"]["B"]) for item in marks}
        shared = {mark: names for mark, names in found.items() if not own.isdisjoint(names)}
        if not shared:
            return self
        before = frozenset[bytes]().union(*shared.values())
        left = uncounted(self.sightings, lambda name: recent.event(name) in before)
        again = frozenset(mark.removeprefix(MARK).rpartition("#")[0] for mark in shared)
        return replace(self, sightings=left, again=again)


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
    part = Part(intake.delivery_id, start, sightings, suppressed, release=intake.release)
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
