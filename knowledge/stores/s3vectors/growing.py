"""A whole index into S3 Vectors: what changed since the last time, or all of it after another model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.copying import copy
from knowledge.errors import IndexUnusable
from knowledge.store import Content, Copyable
from knowledge.stores.calls import Calls
from knowledge.stores.s3vectors.store import S3VectorStore


def grow(calls: Calls, name: tuple[str, str], source: Copyable, progress: Callable[[int], None]) -> int:
    """Make the index hold what the source holds; how many pages were written.

    `name` is bucket and index. Vectors of another model go first, so that searches find less until the end.
    Raises IndexUnusable, also for a source without vectors.
    """
    model = source.model()
    if not model:
        raise IndexUnusable("S3 Vectors keeps no passage without a vector; ingest with an embedding model")
    store = S3VectorStore(calls, *name, model)
    store.enable_words()
    if store.model() != model:
        store.clear()
    return copy(_Embedded(source), store, progress)


@dataclass(frozen=True, slots=True)
class _Embedded:
    """The pages of a source that have their vectors; others, as of another model, wait for the next run."""

    source: Copyable

    def contents(self) -> Iterator[Content]:
        return (page for page in self.source.contents() if len(page.vectors) == len(page.passages))

    def model(self) -> str:
        return self.source.model()
