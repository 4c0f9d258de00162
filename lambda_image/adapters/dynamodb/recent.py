"""Which errors of a stream were counted lately: what comes again among other log events is not counted again.

A delivery that comes again as it was is known by its mark. Events that come among others are known by the
marks of the deliveries that lie at the same time: a mark has a digest of each log event that an error was
made of. See docs/decisions/0002-counting.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lambda_image.adapters.dynamodb.items import DAY, Change, n, number, s
from lambda_image.adapters.dynamodb.table import Item
from lambda_image.domain.incident import Sighting

STREAM = "stream#"
# Deliveries with errors that are named at most, and how far behind the newest they lie in the log: ms.
DELIVERIES, REACH = 100, 900_000
# The lines of a trace lie at most so far behind the first: ms.
TRACE = 1_000
# Seconds, as long as the marks.
KEPT = 2 * DAY
# Bytes that name a log event, and how many are named at most: an item may have 400 KB.
_DIGEST, NAMED = 8, 20_000


def event(name: str) -> bytes:
    """What a log event is known by."""
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def events(sightings: Iterable[Sighting]) -> bytes:
    """What the log events of these sightings are known by; nothing where they are too many."""
    occurrences = (each for sighting in sightings for each in sighting.occurrences)
    names = [name for each in occurrences for name in each.ids]
    return b"".join(map(event, names)) if len(names) <= NAMED else b""


def apart(names: bytes) -> frozenset[bytes]:
    """The log events that these are."""
    return frozenset(names[at : at + _DIGEST] for at in range(0, len(names), _DIGEST))


def stream_key(stream: str) -> str:
    """The key of the item that names a stream's deliveries."""
    return STREAM + hashlib.sha256(stream.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Recent:
    """The deliveries of a stream that were counted last, by its item; `span` is when the next one was: ms."""

    item: Item
    span: tuple[int, int]

    def marks(self) -> list[str]:
        """The keys of those in which may be what is in the next."""
        first, last = self.span
        return [
            mark for begins, ends, mark in self._named() if begins <= last + TRACE and first <= ends + TRACE
        ]

    def with_next(self, key: str, mark: str, now: int) -> Change:
        """The update that names the next as well, refused when another came first."""
        named = [*self._named(), (*self.span, mark)]
        newest = max(ends for _, ends, _ in named)
        kept = [each for each in named if newest - each[1] <= REACH][-DELIVERIES:]
        change = Change(
            key, expected={"changes": n(number(self.item, "changes"))} if self.item else {"pk": None}
        )
        change.sets = {"marks": {"L": [s(_written(*each)) for each in kept]}, "ttl": n(now // 1000 + KEPT)}
        change.adds = {"changes": n(1)}
        return change

    def _named(self) -> Iterator[tuple[int, int, str]]:
        for each in self.item.get("marks", {}).get("L", ()):
            begins, ends, mark = each["S"].split(" ", 2)
            yield int(begins), int(ends), mark


def span_of(sightings: Sequence[Sighting]) -> tuple[int, int]:
    """From when to when these were seen, in milliseconds since the epoch."""
    return min(each.first_seen for each in sightings), max(each.last_seen for each in sightings)


def _written(begins: int, ends: int, mark: str) -> str:
    return f"{begins} {ends} {mark}"
