"""An index for another embedding model, made of the pages of the one that is there."""

from __future__ import annotations

from pathlib import Path

from knowledge.stores.embedded import EmbeddedStore


def remade(index: Path, model: str) -> EmbeddedStore:
    """The index in this file anew, for vectors of this model or for none.

    Its pages stay, as they are remembered and found by words; vectors they have none. Raises IndexUnusable.
    """
    before = index.with_name(f"{index.name}.before")
    index.replace(before)
    try:
        store = EmbeddedStore.create(index, model)
        with EmbeddedStore(before) as old:
            for page in old.contents():
                store.replace(page.page_id, page.kept, page.passages)
        store.save()
    finally:
        before.unlink()
    return store
