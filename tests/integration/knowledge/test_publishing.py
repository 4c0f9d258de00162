"""A new version of an index takes the place of the old one: crashes at any point, readers, a full disk."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from knowledge.errors import IndexUnusable
from knowledge.ingest import Job, ingest
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.adapters.runbooks.embedded import EmbeddedKnowledge
from lambda_image.domain.evidence import KnowledgeQuery
from tests.integration.knowledge.conftest import DISK, found

# What changes files: at each of these a run may die.
TOUCHING = {"open", "os.rename", "os.remove", "os.truncate", "shutil.copyfile", "sqlite3.connect"}


def dies(at: int, docs: Path, index: Path) -> bool:
    """A run in a process that dies at its touch of this number; whether it did."""
    child = os.fork()
    if not child:
        touched = 0

        def die(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal touched
            if event in TOUCHING and any(str(index.parent) in str(each) for each in arguments):
                touched += 1
                if touched > at:
                    os._exit(9)

        sys.addaudithook(die)
        ingest([Folder(docs)], index, Job(save_every=0.0))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_a_run_that_dies_at_any_touch_of_a_file_leaves_the_old_index_or_the_new_one(
    docs: Path, index: Path
) -> None:
    seen = set()
    for at in range(200):
        (docs / "disk.md").write_text(DISK)
        ingest([Folder(docs)], index)
        (docs / "disk.md").write_text("# Disk full\n\nBuy a larger volume.\n")
        died = dies(at, docs, index)
        seen.add((died, *found(index, "segments"), *found(index, "larger volume")))
        with EmbeddedStore(index) as store:
            texts = [part.text for page in store.contents() for part in page.passages]
        assert len(texts) == 2
        ingest([Folder(docs)], index)
        assert found(index, "larger volume") == ["Disk full"]
        assert {path.suffix for path in index.parent.iterdir()} == {".index", ".json", ".lock"}
        if not died:
            break

    assert at > 5
    assert not died


def test_a_reader_is_answered_while_writers_publish(docs: Path, index: Path) -> None:
    ingest([Folder(docs)], index)
    knowledge = EmbeddedKnowledge(lambda: index)
    query = KnowledgeQuery("the disk is full", None, None, None)
    answers: list[int] = []
    published = Event()

    def ask() -> None:
        while not published.is_set() or len(answers) < 20:
            answers.append(len(knowledge.search(query, 5)))

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        for number in range(10):
            (docs / "disk.md").write_text(f"# Disk full\n\nBuy volume {number}.\n")
            ingest([Folder(docs)], index)
        published.set()
        asking.result(60)

    assert set(answers) == {1}
    assert "Buy volume 9" in knowledge.search(query, 5)[0].text


def test_a_full_disk_is_said_so_and_the_index_stays(
    docs: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([Folder(docs)], index)
    (docs / "queue.md").unlink()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        with pytest.raises(IndexUnusable, match="free the disk"):
            ingest([Folder(docs)], index)
    assert found(index, "queue blocked") == ["Queue blocked"]
    assert ingest([Folder(docs)], index)[0].deleted == 1
