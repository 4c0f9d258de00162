"""What was decided of messages, kept while the function is warm, and never more than so much of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from lambda_image.steps.reading.assemble import Identity
from lambda_image.steps.redact import numbers_in

# Characters that are kept at most; then all is forgotten, and what is common is soon known again.
ROOM = 12_000_000
# What Python takes for an entry beside its text.
ENTRY = 200
Details = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Where in the messages with one outline digits tell, from one index up to another.

    A number at `statuses` tells where it begins with one of these `digits`, one of `counts` where it is
    nothing, and what is `exact` in any case. Of what is at `numbers` tells which of them are redacted.
    """

    statuses: tuple[tuple[int, int], ...]
    digits: str
    counts: tuple[tuple[int, int], ...]
    exact: tuple[tuple[int, int], ...]
    numbers: tuple[tuple[int, int], ...] = ()

    def of(self, text: str) -> Details:
        """What stands there."""
        return (
            *[text[begin:end] if text[begin] in self.digits else "" for begin, end in self.statuses],
            *[not text[begin:end].strip("0.") for begin, end in self.counts],
            *[text[begin:end] for begin, end in self.exact],
            *[numbers_in(text[begin:end]) for begin, end in self.numbers],
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """Errors with one outline, by what stands where digits tell.

    `known` is what assembly has to know of such a record. A line that begins with this `prefix` may go on
    with it; it is None for a message without a trace.
    """

    known: int
    prefix: str | None
    problems: dict[Details, Identity] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """What is known of messages, by outline and by what tells beside; and the errors among them.

    `ids` are where ids in hexadecimal may stand in a message, by its outline with 1 for each such letter.
    """

    verdicts: dict[Hashable, int] = field(default_factory=dict)
    places: dict[bytes, Places] = field(default_factory=dict)
    outlines: dict[bytes, Outline] = field(default_factory=dict)
    ids: dict[bytes, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    kept: int = 0

    def make_room(self, size: int) -> None:
        """Forget all where so many characters more would be too much."""
        self.kept += size + ENTRY
        if self.kept > ROOM:
            self.verdicts.clear()
            self.places.clear()
            self.outlines.clear()
            self.ids.clear()
            self.kept = size + ENTRY
