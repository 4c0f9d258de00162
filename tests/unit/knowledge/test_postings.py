"""What searches read of an index: made in chunks, anew where something changed."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.passage import About, Hit, Passage
from knowledge.question import question
from knowledge.store import Kept, Scope
from knowledge.stores import chunks, postings, vectors
from knowledge.stores.embedded import EmbeddedStore

WORDS = ("disk", "full", "queue", "blocked", "broker", "lock", "table", "restart", "node", "slow", "max_size")
ASKED = ["disk full on broker", "the lock of a table", "vendor", "node node 12 slow", "max_size", ""]


def passages(count: int, seed: int = 5) -> Iterator[Passage]:
    rng = random.Random(seed)  # noqa: S311 - the same each time
    for number in range(count):
        yield Passage(f"p{number}", "u", "", (), " ".join(rng.choices(WORDS, k=rng.randint(5, 40))))


def vector(number: int) -> tuple[float, ...]:
    rng = random.Random(number)  # noqa: S311 - the same each time
    values = [rng.gauss(0, 1) for _ in range(16)]
    length = sum(each * each for each in values) ** 0.5
    return tuple(each / length for each in values)


def filled(path: Path, *pages: Passage) -> Path:
    with EmbeddedStore.create(path, "random") as store:
        for number, each in enumerate(pages):
            store.replace(each.page_id, Kept(""), [each], [vector(number)])
    return path


def answers(path: Path) -> list[tuple[Hit, ...]]:
    with EmbeddedStore(path) as store:
        near = [store.near(vector(number), 5) for number in (3, 1_000)]
        return [*(store.rank(question(text), 5) for text in ASKED), *near]


def test_a_page_whose_whole_title_is_asked_for_comes_first(tmp_path: Path) -> None:
    text = "The scheduler of the controller is down, see the manager."
    titles = ("SchedulerDown", "Scheduler down in the old region", "The manager", "")
    pages = [Passage(title, "u", title, (), text) for title in titles]
    with EmbeddedStore(filled(tmp_path / "index", *pages)) as store:
        first, second, *rest = store.rank(question("scheduler down"), 4)

    assert (first.passage.title, second.passage.title) == titles[:2]
    assert first.score > 1.05 * second.score
    assert {hit.passage.title for hit in rest} == set(titles[2:])


def test_the_best_of_some_are_the_best_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = filled(tmp_path / "index", *passages(190))
    whole = answers(path)
    monkeypatch.setattr(postings, "AT_ONCE", 100)
    monkeypatch.setattr(vectors, "AT_ONCE", 20)
    monkeypatch.setattr(vectors, "BLOCK", 7)

    for some, all_of_them in zip(answers(path), whole, strict=True):
        assert [hit.score for hit in some] == pytest.approx([hit.score for hit in all_of_them], rel=1e-5)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of sixteen rows."""
    for module in (chunks, postings):
        monkeypatch.setattr(module, "ROWS", 16)


@pytest.mark.usefixtures("small")
def test_an_index_that_changed_answers_as_one_made_at_once(tmp_path: Path) -> None:
    old, new = list(passages(100)), list(passages(100, seed=6))
    path = filled(tmp_path / "changed", *old)
    with EmbeddedStore(path, writable=True) as store:
        for number in range(10, 30):
            store.replace(f"p{number}", Kept(""), [new[number]], [vector(number)])
        for number in range(40, 60):
            store.delete(f"p{number}")
            store.replace(f"p{number}", Kept(""), [old[number]], [vector(number)])
    mixed = [new[at] if 10 <= at < 30 else each for at, each in enumerate(old)]

    found, expected = answers(path), answers(filled(tmp_path / "once", *mixed))

    for changed, made in zip(found, expected, strict=True):
        assert [hit.score for hit in changed] == pytest.approx([hit.score for hit in made])
        assert {hit.passage.id for hit in changed[:2]} == {hit.passage.id for hit in made[:2]}


@pytest.mark.usefixtures("small")
def test_only_the_chunk_of_a_changed_page_is_made_anew(tmp_path: Path) -> None:
    path = filled(tmp_path / "index", *passages(60))
    with EmbeddedStore(path, writable=True) as store, closing(sqlite3.connect(path)) as db:
        before = dict(db.execute("SELECT key, value FROM posting"))
        store.replace("p20", Kept("new"), [Passage("p20", "u", "", (), "a certificate")], [vector(99)])
        store.save()
        after = dict(db.execute("SELECT key, value FROM posting"))

    assert {key >> 32 for key, value in {*before.items()} ^ {*after.items()} if key} == {1}


def test_a_scope_finds_what_stands_behind_many_better_ones(tmp_path: Path) -> None:
    others = (
        replace(each, text="disk full", about=About(services=("billing",))) for each in passages(300, seed=1)
    )
    ours = Passage("ours", "u", "", (), "a disk", About(services=("checkout",)))

    with EmbeddedStore(filled(tmp_path / "index", *others, ours)) as store:
        (hit,) = store.rank(question("disk full"), 5, Scope(service="checkout"))
        (near,) = store.near(vector(3), 5, Scope(service="checkout"))

    assert hit.passage == near.passage == ours


def test_a_word_of_an_identifier_finds_it_and_the_whole_ranks_it_first(tmp_path: Path) -> None:
    texts = ("size of the max", "the max_size of it", "max and size", "no Größe, naïve")
    pages = (Passage(f"p{at}", "u", "", (), text) for at, text in enumerate(texts))

    with EmbeddedStore(filled(tmp_path / "index", *pages)) as store:
        first, *_ = store.rank(question("max_size"), 5)
        accents = [store.rank(question(text), 5) for text in ("grosse", "große", "naive", "größe")]

    assert first.passage.page_id == "p1"
    assert "max_size" in first.signals
    assert [len(hits) for hits in accents] == [0, 1, 1, 1]
