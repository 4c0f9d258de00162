"""A knowledge store in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest

from knowledge.passage import Hit, Passage
from knowledge.question import Question, identifier_parts
from knowledge.store import ANYWHERE, Content, Kept, Scope, Vector
from knowledge.stores.scoped import within


class MemoryKnowledge:
    """Implements `PassageStore` and `PassageIndex`: counts which words are there, without stems."""

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._kept: dict[str, Kept] = {}
        self._passages: dict[str, list[tuple[Passage, Vector | None]]] = {}

    def pages(self) -> dict[str, Kept]:
        """By page."""
        return dict(self._kept)

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        """In place."""
        self._kept[page_id] = kept
        self._passages[page_id] = list(zip_longest(passages, vectors))

    def delete(self, page_id: str) -> None:
        """If it is there."""
        self._kept.pop(page_id, None)
        self._passages.pop(page_id, None)

    def rank(self, question: Question, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """By the share of the words, weighed by how rare they are."""
        texts = [(each, _words(each)) for page in self._passages.values() for each, _ in page]
        terms = [*question.words, *((pair, 0.5) for pair in question.pairs)]
        weight = {
            term: times / (1 + math.log1p(sum(f" {term} " in text for _, text in texts)))
            for term, times in terms
        }
        asked = sum(weight[word] for word, _ in question.words)
        hits = []
        for passage, text in texts:
            found = sorted((term for term in weight if f" {term} " in text), key=lambda term: -weight[term])
            if found and asked:
                hits.append(Hit(passage, sum(weight[term] for term in found) / asked, tuple(found)))
        best = sorted(hits, key=lambda hit: -hit.score)
        return tuple(islice(within(scope, best), limit))

    def near(self, vector: Vector, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """By comparing all."""
        hits = [
            Hit(passage, cosine := sum(a * b for a, b in zip(vector, kept, strict=True)), cosine=cosine)
            for page in self._passages.values()
            for passage, kept in page
            if kept is not None
        ]
        best = sorted(hits, key=lambda hit: -hit.score)
        return tuple(islice(within(scope, best), limit))

    def contents(self) -> Iterator[Content]:
        """By page."""
        for page_id, kept in self._kept.items():
            pairs = self._passages[page_id]
            vectors = tuple(vector for _, vector in pairs if vector is not None)
            yield Content(page_id, kept, tuple(passage for passage, _ in pairs), vectors)

    def model(self) -> str:
        """As it was made."""
        return self._model


def _words(passage: Passage) -> str:
    words = re.findall(r"[^\W_]+", " ".join((passage.title, *passage.heading, passage.text)))
    parts = (part for word in words for part in identifier_parts(word))
    return f" {' '.join((*words, *parts)).lower()} "
