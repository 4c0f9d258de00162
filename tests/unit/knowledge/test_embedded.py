"""The embedded store as a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from knowledge.errors import IndexUnusable
from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import Kept
from knowledge.stores.embedded import EmbeddedStore


def made(path: Path, count: int = 1) -> Path:
    with EmbeddedStore.create(path) as store:
        for number in range(count):
            name = f"page-{number}"
            store.replace(
                name, Kept("d"), [Passage(name, "u", "Disk full", (), f"Remove segments {number}. " * 40)]
            )
    return path


def test_a_missing_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        IndexUnusable, match=r"there is no index at .*nowhere; make one with `tracemend ingest`"
    ):
        EmbeddedStore(tmp_path / "nowhere")


def test_a_database_of_someone_else_is_refused(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "theirs")
    db.execute("CREATE TABLE page (id)")
    db.close()

    with pytest.raises(IndexUnusable, match="not an index"):
        EmbeddedStore(tmp_path / "theirs")


@pytest.mark.parametrize("keep", [50, 5_000, -4_096])
def test_an_index_that_was_cut_short_is_named_as_damaged(tmp_path: Path, keep: int) -> None:
    path = made(tmp_path / "index", count=60)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(IndexUnusable, match="damaged"), EmbeddedStore(path) as store:
        store.rank(question("remove segments"), 60)


def test_an_index_with_foreign_bytes_inside_is_named_as_damaged(tmp_path: Path) -> None:
    path = made(tmp_path / "index", count=60)
    content = path.read_bytes()
    path.write_bytes(content[:4_096] + b"\xff" * (len(content) - 4_096))

    with EmbeddedStore(path) as store, pytest.raises(IndexUnusable, match="damaged"):
        store.rank(question("remove segments"), 60)


def test_a_store_that_was_opened_to_be_read_cannot_be_written(tmp_path: Path) -> None:
    with EmbeddedStore(made(tmp_path / "index")) as store, pytest.raises(sqlite3.OperationalError):
        store.replace("page-1", Kept("d"), [])


def test_an_index_in_a_folder_without_write_permission_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a b#?%").mkdir()
    path = made(tmp_path / "a b#?%" / "index")
    path.parent.chmod(0o500)

    with EmbeddedStore(path) as store:
        assert store.rank(question("disk full"), 5)
    assert [each.name for each in path.parent.iterdir()] == ["index"]


def test_a_reader_keeps_its_index_while_a_new_one_takes_its_place(tmp_path: Path) -> None:
    path = made(tmp_path / "index")
    with EmbeddedStore(path) as store:
        made(tmp_path / "new", count=3).replace(path)

        assert len(store.pages()) == 1
    with EmbeddedStore(path) as store:
        assert len(store.pages()) == 3
