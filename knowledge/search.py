"""A question to ranked passages: words and vectors in one score, each page once, a floor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from knowledge.errors import EmbeddingUnavailable, IndexUnusable
from knowledge.passage import Hit, Passage
from knowledge.question import WORD, question
from knowledge.store import ANYWHERE, Embedder, PassageIndex, Scope

CANDIDATES = 60
# Below this score of the best passage, nothing is a better answer than a bad page: tests/evals/retrieval.py
# shows what each choice of it loses and what it spares.
FLOOR = 0.8
# A second formulation has few words, which are found by chance more easily.
ALSO_WEIGHT = 0.7
# What a cosine adds to the score of the words. Texts that have nothing to do with each other have this
# cosine by all-MiniLM-L6-v2 (the median over both evaluation sets), so the floor is the same with vectors.
COSINE_WEIGHT = 1.5
UNRELATED = 0.43
# Of the words of two passages, the share that both have from which on one of them is a copy.
ALIKE = 0.95


class Reranker(Protocol):
    """A model that reads a question and a passage together."""

    def scores(self, text: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers, the more the better. Raises EmbeddingUnavailable."""


@dataclass(frozen=True, slots=True)
class How:
    """What a search may use besides the words of the question: `also` are other formulations of it."""

    also: tuple[str, ...] = ()
    scope: Scope = ANYWHERE
    embedder: Embedder | None = None
    reranker: Reranker | None = None


WORDS_ONLY = How()


def search(
    index: PassageIndex, text: str, limit: int, floor: float = FLOOR, how: How = WORDS_ONLY
) -> tuple[Hit, ...]:
    """The best passages, best first; none when even the best has too little of the question in it.

    While the embedding model or the reranker does not answer, the words alone decide. Raises IndexUnusable,
    also when the index holds vectors of another model.
    """
    depth = max(CANDIDATES, limit)
    hits = _with_vectors(_by_words(index, text, depth, how), index, text, depth, how)
    if not hits or (hits[0].score < floor and not _complete(hits[0], text)):
        return ()
    found = list(_different(hits))
    return tuple(_one_a_page(_reranked(found, text, how.reranker)))[:limit]


def _complete(hit: Hit, text: str) -> bool:
    """Whether all of a short question was found; of one of more than a word, besides the names in it."""
    asked = question(text)
    words = {word for word, _ in asked.words}
    telling = words - asked.names
    return bool(words) and (telling if len(telling) > 1 else words) <= set(hit.signals)


def _by_words(index: PassageIndex, text: str, depth: int, how: How) -> list[Hit]:
    """By the best score that any formulation gave."""
    best: dict[str, Hit] = {}
    for at, asked in enumerate(dict.fromkeys((text, *how.also))):
        for hit in index.rank(question(asked), depth, how.scope):
            score = hit.score * (ALSO_WEIGHT if at else 1)
            known = best.get(hit.passage.id)
            if known is None or known.score < score:
                best[hit.passage.id] = replace(hit, score=score, asked=asked)
    return _sorted(best.values())


def _with_vectors(hits: list[Hit], index: PassageIndex, text: str, depth: int, how: How) -> list[Hit]:
    """With what the cosines add. A passage beyond the nearest is taken to be as far as the last of them."""
    model = index.model() if how.embedder else ""
    if how.embedder is None or not model:
        return hits
    if model != how.embedder.model:
        raise IndexUnusable(
            f"the index holds vectors of {model}, the question would have one of {how.embedder.model};"
            " ask with the index's model, or ingest into a new index"
        )
    try:
        vector = how.embedder.question(question(text).text)
    except EmbeddingUnavailable:
        return hits
    near = index.near(vector, depth, how.scope)
    cosines = {hit.passage.id: hit.score for hit in near}
    fused = {hit.passage.id: replace(hit, score=0.0, asked=text) for hit in near}
    fused |= {hit.passage.id: hit for hit in hits}
    last = near[-1].score if near else 0.0
    return _sorted(_fused(hit, cosines.get(name), last) for name, hit in fused.items())


def _fused(hit: Hit, cosine: float | None, last: float) -> Hit:
    added = COSINE_WEIGHT * ((last if cosine is None else cosine) - UNRELATED)
    return replace(hit, score=hit.score + added, cosine=cosine)


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
