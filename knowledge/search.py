"""A question to ranked passages: words and vectors in one score, each page once, a floor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from knowledge.errors import EmbeddingUnavailable, IndexUnusable
from knowledge.passage import Hit, Passage
from knowledge.question import WORD, question
from knowledge.store import ANYWHERE, Embedder, PassageIndex, Scope

CANDIDATES = 60
# Below this score of the best passage by words, nothing is a better answer than a bad page:
# tests/evals/retrieval.py shows what each choice of it loses and what it spares.
FLOOR = 0.87
# Of the best score, the share that others need. In four evaluation sets, pages that answer had .27 or more.
WORTH_SHOWING = 0.1
# So many words a person types in any order; more of them are a sentence.
KEYWORDS = 3
# A second formulation has few words, which are found by chance more easily.
ALSO_WEIGHT = 0.7
# What a passage adds that means the very same as the question; the last of the nearest adds nothing.
MEANING_WEIGHT = 1.0
# Of the words of two passages, the share that both have from which on one of them is a copy.
ALIKE = 0.95


class Reranker(Protocol):
    """A model that reads a question and a passage together."""

    def scores(self, text: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers, the more the better. Raises EmbeddingUnavailable."""


@dataclass(frozen=True, slots=True)
class How:
    """What a search may use besides the words of the question, and the `floor` of its best passage.

    `also` are other formulations of the question.
    """

    also: tuple[str, ...] = ()
    scope: Scope = ANYWHERE
    embedder: Embedder | None = None
    reranker: Reranker | None = None
    floor: float = FLOOR


WORDS_ONLY = How()


def search(index: PassageIndex, text: str, limit: int, how: How = WORDS_ONLY) -> tuple[Hit, ...]:
    """The best passages, best first; none when even the best has too little of the question in it.

    The words alone tell that: each model has cosines of its own, and a near page is not yet an answer. While
    the embedding model or the reranker does not answer, the words alone make the order too. Raises
    IndexUnusable, also when the index holds vectors of another model.
    """
    embedder = _embedder(index, how)
    depth = max(CANDIDATES, limit)
    hits = _by_words(index, text, depth, how)
    if (hits[0].score if hits else 0.0) < how.floor and not (hits and _complete(hits[0], text)):
        return ()
    if embedder:
        with suppress(EmbeddingUnavailable):
            vector = embedder.question(question(text).text)
            hits = _fused(hits, index.near(vector, depth, how.scope), text)
    found = list(_different(hit for hit in hits if hit.score >= WORTH_SHOWING * hits[0].score))
    return tuple(_one_a_page(_reranked(found, text, how.reranker)))[:limit]


def _complete(hit: Hit, text: str) -> bool:
    """Whether all of a short question was found; of one of more than a word, besides the names in it.

    Of a sentence, two neighbours must be neighbours there too: scattered words are found by chance.
    """
    asked, found = question(text), set(hit.signals)
    words = {word for word, _ in asked.words}
    telling = words - asked.names
    if len(words) > KEYWORDS and asked.pairs and found.isdisjoint(asked.pairs):
        return False
    return bool(words) and (telling if len(telling) > 1 else words) <= found


def _by_words(index: PassageIndex, text: str, depth: int, how: How) -> list[Hit]:
    """By the best score that any formulation gave."""
    found: dict[str, Hit] = {}
    for at, asked in enumerate(dict.fromkeys((text, *how.also))):
        for hit in index.rank(question(asked), depth, how.scope):
            score = hit.score * (ALSO_WEIGHT if at else 1)
            known = found.get(hit.passage.id)
            if known is None or known.score < score:
                found[hit.passage.id] = replace(hit, score=score, asked=asked)
    return _sorted(found.values())


def _embedder(index: PassageIndex, how: How) -> Embedder | None:
    """That of the index's vectors; None where there are none, or none is to be asked."""
    model = index.model() if how.embedder else ""
    if how.embedder and model and model != how.embedder.model:
        raise IndexUnusable(
            f"the index holds vectors of {model}, the question would have one of {how.embedder.model};"
            " ask with the index's model, or ingest into a new index"
        )
    return how.embedder if model else None


def _fused(hits: list[Hit], near: Sequence[Hit], text: str) -> list[Hit]:
    """With what each has of the way from the last of the nearest to equality: any model's cosines will do."""
    cosines = {hit.passage.id: hit.score for hit in near}
    both = {hit.passage.id: replace(hit, score=0.0, asked=text) for hit in near}
    both |= {hit.passage.id: hit for hit in hits}
    last = near[-1].score if near else 0.0
    weight = MEANING_WEIGHT / max(1 - last, 1e-6)
    return _sorted(
        replace(hit, score=hit.score + weight * (cosines.get(name, last) - last), cosine=cosines.get(name))
        for name, hit in both.items()
    )


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: -hit.score)


def _reranked(hits: list[Hit], text: str, reranker: Reranker | None) -> list[Hit]:
    """In the reranker's order; the scores stay those of the search, which other searches' are like."""
    if reranker is None:
        return hits
    try:
        scores = reranker.scores(text, [hit.passage.text for hit in hits])
    except EmbeddingUnavailable:
        return hits
    return [hit for _, hit in sorted(zip(scores, hits, strict=True), key=lambda each: -each[0])]


def _different(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Without copies: nearly the same text about the same, in which nothing else was found.

    Pages made from one template share whole passages; there the title is what was found besides.
    """
    seen: list[tuple[Hit, frozenset[str], frozenset[str]]] = []
    for hit in hits:
        words, found = frozenset(WORD.findall(hit.passage.text.lower())), frozenset(hit.signals)
        if not any(
            found <= more and _alike(words, theirs) and _same(hit.passage, other.passage)
            for other, theirs, more in seen
        ):
            seen.append((hit, words, found))
            yield hit


def _alike(words: frozenset[str], theirs: frozenset[str]) -> bool:
    most, least = max(len(words), len(theirs)), min(len(words), len(theirs))
    return ALIKE * most <= least and len(words & theirs) >= ALIKE * len(words | theirs)


def _same(one: Passage, other: Passage) -> bool:
    """Whether they are about the same, as far as is known."""
    return one.page_id == other.page_id or one.about == other.about


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
