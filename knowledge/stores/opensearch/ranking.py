"""Candidates of a server, scored by the code of the embedded store with the numbers of the whole index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from knowledge.question import Question
from knowledge.stores.bm25 import Ranked, Whole, rank
from knowledge.stores.words import Columns, numbers, packed


def ranked(
    question: Question, size: int, average: float, found: Mapping[str, int], candidates: Sequence[Columns]
) -> Iterator[Ranked]:
    """The candidates, best first. `found` is how many passages of the `size` have each single word."""
    counted = {number: count for word, count in found.items() for number in numbers(word)}
    yield from rank(question, Whole(size, average, counted), [packed(each) for each in candidates])
