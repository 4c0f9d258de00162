"""A whole index into another store, vectors included: nothing is read from its sources or embedded again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from knowledge.errors import IndexUnusable
from knowledge.store import Copyable, PassageStore


class Target(PassageStore, Protocol):
    """A store that says which vectors it takes."""

    def model(self) -> str:
        """See `PassageIndex.model`."""


def copy(source: Copyable, target: Target, progress: Callable[[int], None] | None = None) -> int:
    """Make the target hold the pages of the source and no others; how many of them were written.

    Pages that are there already stay, so that a copy that was interrupted goes on. Raises IndexUnusable.
    """
    if source.model() != target.model():
        named = [model or "none" for model in (source.model(), target.model())]
        raise IndexUnusable(
            f"vectors of {named[0]} cannot go into an index for {named[1]}; make one for {named[0]}"
        )
    return fill(source, target, progress)


def fill(source: Copyable, target: PassageStore, progress: Callable[[int], None] | None = None) -> int:
    """As `copy`, into a store that has no use for vectors or was made for these."""
    there = target.pages()
    gone = set(there)
    written = 0
    for done, page in enumerate(source.contents(), 1):
        gone.discard(page.page_id)
        if there.get(page.page_id) != page.kept:
            target.replace(page.page_id, page.kept, page.passages, page.vectors)
            written += 1
        if progress:
            progress(done)
    for page_id in gone:
        target.delete(page_id)
    return written
