"""A knowledge store in memory."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from knowledge.passage import Hit, Passage
from knowledge.question import Question, identifier_parts


class MemoryKnowledge:
    """Implements `KnowledgeStore`: counts which words are there, without stems."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._passages: dict[str, tuple[Passage, ...]] = {}

    def digests(self) -> dict[str, str]:
        """By page."""
        return dict(self._digests)

    def replace(self, page_id: str, digest: str, passages: Iterable[Passage]) -> None:
        """In place."""
        self._digests[page_id] = digest
        self._passages[page_id] = tuple(passages)

    def delete(self, page_id: str) -> None:
        """If it is there."""
        self._digests.pop(page_id, None)
        self._passages.pop(page_id, None)

    def rank(self, question: Question, limit: int) -> tuple[Hit, ...]:
        """By the share of the words, weighed by how rare they are."""
        texts = [(each, _words(each)) for page in self._passages.values() for each in page]
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
        return tuple(sorted(hits, key=lambda hit: -hit.score)[:limit])


def _words(passage: Passage) -> str:
    words = re.findall(r"[^\W_]+", " ".join((passage.title, *passage.heading, passage.text)))
    parts = (part for word in words for part in identifier_parts(word))
    return f" {' '.join((*words, *parts)).lower()} "
