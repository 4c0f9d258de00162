"""A large index is ranked as a small one is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import Kept
from knowledge.stores import narrow
from knowledge.stores.embedded import EmbeddedStore

WORDS = ("disk", "full", "queue", "blocked", "broker", "lock", "table", "restart", "node", "slow", "page")


def index(path: Path) -> Path:
    rng = random.Random(5)  # noqa: S311 - the same each time
    with EmbeddedStore.create(path) as store:
        for number in range(400):
            text = " ".join(rng.choices(WORDS, k=rng.randint(5, 40)))
            store.replace(f"p{number}", Kept(""), [Passage(f"p{number}", "u", "", (), text)])
    return path


@pytest.mark.parametrize(
    "text", ["disk full on broker", "the lock of a table", "vendor", "node node 12 slow", ""]
)
def test_the_best_are_the_same_with_the_same_scores(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = index(tmp_path / "index")
    with EmbeddedStore(path) as store:
        whole = store.rank(question(text), 5)
    monkeypatch.setattr(narrow, "WHOLE", 0)

    with EmbeddedStore(path) as store:
        found = [store.rank(question(text), 5) for _ in range(2)]

    for hits in found:
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in whole], rel=1e-5)
        assert {hit.passage.id for hit in hits[:3]} == {hit.passage.id for hit in whole[:3]}


def test_no_more_than_a_bound_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrow, "WHOLE", 0)
    monkeypatch.setattr(narrow, "KEPT_ROWS", 100)
    with EmbeddedStore(index(tmp_path / "index")) as store:
        store.rank(question(" ".join(WORDS)), 5)

        assert store._postings is not None
        assert len(store._postings._kept) == 1
