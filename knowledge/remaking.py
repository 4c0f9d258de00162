"""An index for another embedding model, made of the pages of the one that is there."""

from __future__ import annotations

from pathlib import Path

from knowledge.remembered import forgotten
from knowledge.stores.embedded import EmbeddedStore


def remade(index: Path, model: str) -> EmbeddedStore:
    """The index in this file anew, for vectors of this model or for none.

    Its pages stay and are found by words. What is remembered of them is not, so that the next run reads and
    embeds each anew, and those of a source that cannot be read are not lost. Raises IndexUnusable.
    """
    before = index.with_name(f"{index.name}.before")
    index.replace(before)
    try:
        store = EmbeddedStore.create(index, model)
        with EmbeddedStore(before) as old:
            for page in old.contents():
                store.replace(page.page_id, forgotten(page.page_id, page.kept), page.passages)
        store.save()
    finally:
        before.unlink()
    return store
