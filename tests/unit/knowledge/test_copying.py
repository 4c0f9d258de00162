"""A whole index into another store."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.copying import copy
from knowledge.errors import IndexUnusable
from knowledge.passage import Passage
from knowledge.store import Kept
from knowledge.stores.embedded import EmbeddedStore
from tests.fakes.knowledge_store import MemoryKnowledge

MODEL = "two-dimensions"


def filled(*pages: str) -> MemoryKnowledge:
    store = MemoryKnowledge(MODEL)
    for page in pages:
        store.replace(
            page, Kept(f"digest of {page}", "W/1"), [Passage(page, "u", page, (), page)], [(1.0, 0.0)]
        )
    return store


def test_a_copy_holds_the_same_pages_passages_and_vectors(tmp_path: Path) -> None:
    source = filled("a", "b")

    with EmbeddedStore.create(tmp_path / "index", MODEL) as target:
        assert copy(source, target) == 2

        assert target.pages() == source.pages()
        assert sorted(target.contents(), key=lambda page: page.page_id) == list(source.contents())


def test_copying_again_writes_what_changed_and_removes_what_is_gone() -> None:
    target = filled("a", "b", "gone")
    target.replace("b", Kept("old"), [])
    told: list[int] = []

    assert copy(filled("a", "b"), target, told.append) == 1
    assert target.pages() == filled("a", "b").pages()
    assert told == [1, 2]


def test_vectors_of_two_models_are_not_mixed() -> None:
    with pytest.raises(
        IndexUnusable, match="two-dimensions cannot go into an index for none; make one for two-dim"
    ):
        copy(filled("a"), MemoryKnowledge())
