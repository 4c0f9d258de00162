"""A question to ranked passages: one of each page first, no page twice, and a floor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.passage import Hit
from knowledge.question import question
from knowledge.store import PassageIndex

CANDIDATES = 60
# Below this score of the best passage, nothing is a better answer than a bad page: tests/evals/retrieval.py
# shows what each choice of it loses and what it spares.
FLOOR = 0.6


def search(store: PassageIndex, text: str, limit: int, floor: float = FLOOR) -> tuple[Hit, ...]:
    """The best passages, best first; none when even the best has too little of the question in it.

    Raises IndexUnusable.
    """
    hits = store.rank(question(text), max(CANDIDATES, limit))
    if not hits or hits[0].score < floor:
        return ()
    return tuple(_one_a_page(_different(hits)))[:limit]


def _different(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Without copies: the same text on another page, perhaps wrapped otherwise or in other case."""
    seen: set[str] = set()
    for hit in hits:
        told = " ".join(hit.passage.text.lower().split())
        if told not in seen:
            seen.add(told)
            yield hit


def _one_a_page(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Each page's best passage in order of rank, then the others: five parts of one page tell less."""
    rest: list[Hit] = []
    seen: set[str] = set()
    for hit in hits:
        if hit.passage.page_id in seen:
            rest.append(hit)
        else:
            seen.add(hit.passage.page_id)
            yield hit
    yield from rest
