"""Vectors for what has none yet in an index that is being made: counted and priced first, then made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from knowledge.embeddings.estimate import Estimate
from knowledge.embeddings.text import text_of
from knowledge.passage import Passage
from knowledge.store import Embedder
from knowledge.stores.embedded import EmbeddedStore

# Passages whose texts are held at once: as many as Cohere takes in a call.
AT_ONCE = 96
Priced = Callable[[Sequence[str]], Estimate]


def estimated(store: EmbeddedStore, priced: Priced) -> Estimate:
    """What it will take. Raises EmbeddingUnavailable."""
    return sum((priced(_texts(some)) for some in _lacking(store)), Estimate())


def embed(store: EmbeddedStore, embedder: Embedder, tell: Callable[[int], None]) -> None:
    """Make them, telling how many are done; `tell` may raise. Raises EmbeddingUnavailable."""
    done = 0
    for some in _lacking(store):
        vectors = embedder.passages(_texts(some))
        store.embed([(row, vector) for (row, _), vector in zip(some, vectors, strict=True)])
        done += len(some)
        tell(done)


def _texts(some: Sequence[tuple[int, Passage]]) -> list[str]:
    return [text_of(passage) for _, passage in some]


def _lacking(store: EmbeddedStore) -> Iterator[list[tuple[int, Passage]]]:
    after = 0
    while some := store.lacking(after, AT_ONCE):
        yield some
        after = some[-1][0]
