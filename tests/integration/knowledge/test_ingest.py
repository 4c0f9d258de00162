"""Folders to an index."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge import ingest as job
from knowledge.errors import IndexUnusable, SourceUnusable
from knowledge.ingest import Job, ingest
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore
from tests.integration.knowledge.conftest import found


def test_pages_are_found_after_ingesting(docs: Path, index: Path) -> None:
    (report,) = ingest([Folder(docs)], index)

    assert (report.pages, report.passages, report.written, report.deleted) == (2, 2, 2, 0)
    assert found(index, "disk full") == ["Disk full"]


def test_ingesting_the_same_again_writes_nothing(docs: Path, index: Path) -> None:
    ingest([Folder(docs)], index)
    before = (index.stat().st_ino, index.stat().st_mtime_ns, index.read_bytes())

    (report,) = ingest([Folder(docs)], index)

    assert (report.pages, report.passages, report.written, report.deleted) == (2, 2, 0, 0)
    assert (index.stat().st_ino, index.stat().st_mtime_ns, index.read_bytes()) == before


def test_changed_pages_are_replaced_and_gone_pages_leave(docs: Path, index: Path) -> None:
    ingest([Folder(docs)], index)
    (docs / "disk.md").write_text("# Disk full\n\nBuy a larger volume.\n")
    (docs / "queue.md").unlink()

    (report,) = ingest([Folder(docs)], index)

    assert (report.written, report.deleted) == (1, 1)
    assert found(index, "larger volume") == ["Disk full"]
    assert found(index, "segments") == found(index, "queue blocked") == []


def test_the_index_holds_the_named_sources_and_no_others(docs: Path, index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "disk.md").write_text("# Certificate expired\n\nRenew it.\n")

    reports = ingest([Folder(docs), Folder(other)], index)
    assert [report.pages for report in reports] == [2, 1]
    assert found(index, "certificate expired") == ["Certificate expired"]

    assert ingest([Folder(docs)], index)[0].deleted == 1
    assert found(index, "certificate expired") == []


def test_what_was_left_out_or_garbled_is_reported(docs: Path, index: Path) -> None:
    (docs / "empty.md").write_text("")
    (docs / "old.md").write_bytes("# Störung".encode("latin-1") + b"\n\ntext\n")
    for name in ("a.PNG", "b.png", "c.adoc", "Makefile", "odd.what is this"):
        (docs / name).write_text("words")

    (report,) = ingest([Folder(docs)], index)

    assert report.skipped == (("empty.md", "empty"),)
    assert report.garbled == ((docs / "old.md").as_posix(),)
    assert list(report.unread.items()) == [(".adoc", 1), (".png", 2), ("without an ending", 2)]


def test_progress_is_told_for_each_page(docs: Path, index: Path) -> None:
    told: list[tuple[str, int]] = []

    ingest([Folder(docs)], index, Job(lambda source, done: told.append((source, done))))

    assert told == [(str(docs), 1), (str(docs), 2)]


def test_a_source_without_pages_does_not_empty_the_index(docs: Path, index: Path, tmp_path: Path) -> None:
    ingest([Folder(docs)], index)
    (tmp_path / "unmounted").mkdir()
    (tmp_path / "unmounted/guide.org").write_text("words")

    for source, why in ((tmp_path / "unmounted", "there are 1 .org"), (tmp_path / "nowhere", "not a folder")):
        with pytest.raises(SourceUnusable, match=why):
            ingest([Folder(source)], index)

    assert found(index, "disk full") == ["Disk full"]
    assert sorted(path.suffix for path in index.parent.iterdir()) == [".index", ".json", ".lock"]


def test_a_second_run_at_the_same_time_is_refused(docs: Path, index: Path) -> None:
    def second(_source: str, _done: int) -> None:
        with pytest.raises(IndexUnusable, match="another run"):
            ingest([Folder(docs)], index)

    assert ingest([Folder(docs)], index, Job(second))[0].written == 2


def test_a_killed_run_leaves_the_old_index_and_no_lock(docs: Path, index: Path) -> None:
    ingest([Folder(docs)], index)
    (docs / "disk.md").write_text("# Disk full\n\nBuy a larger volume.\n")
    (docs / "queue.md").write_text("# Queue blocked\n\nCall the vendor.\n")
    code = (
        "import os, sys, signal; from pathlib import Path; from knowledge.ingest import Job, ingest\n"
        "from knowledge.sources.folder import Folder\n"
        "kill = lambda source, done: done == 2 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "ingest([Folder(Path(sys.argv[1]))], Path(sys.argv[2]), Job(kill))"
    )

    killed = subprocess.run([sys.executable, "-c", code, docs, index], check=False, timeout=60)

    assert killed.returncode == -signal.SIGKILL
    assert found(index, "segments") == ["Disk full"]
    assert ingest([Folder(docs)], index)[0].written == 2
    assert found(index, "larger volume") == ["Disk full"]


def test_a_killed_run_is_gone_on_with_from_where_it_was_last_kept(docs: Path, index: Path) -> None:
    code = (
        "import os, sys, signal; from pathlib import Path; from knowledge.ingest import Job, ingest\n"
        "from knowledge.sources.folder import Folder\n"
        "kill = lambda source, done: done == 2 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "ingest([Folder(Path(sys.argv[1]))], Path(sys.argv[2]), Job(kill, save_every=0))"
    )

    subprocess.run([sys.executable, "-c", code, docs, index], check=False, timeout=60)

    assert not index.exists()
    assert ingest([Folder(docs)], index)[0].written == 1
    assert found(index, "disk full") == ["Disk full"]
    assert {path.suffix for path in index.parent.iterdir()} == {".index", ".json", ".lock"}


def test_a_run_that_is_asked_to_end_keeps_what_it_has(docs: Path, index: Path) -> None:
    def stop(_source: str, done: int) -> None:
        if done == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit):
        ingest([Folder(docs)], index, Job(stop))

    assert not index.exists()
    assert ingest([Folder(docs)], index)[0].written == 0
    assert found(index, "disk full") == ["Disk full"]


def test_an_index_of_another_version_is_made_anew(docs: Path, index: Path) -> None:
    ingest([Folder(docs)], index)
    with sqlite3.connect(index) as db:
        db.execute("PRAGMA user_version = 1")
    db.close()

    with pytest.raises(IndexUnusable, match="another version"):
        EmbeddedStore(index)
    assert ingest([Folder(docs)], index)[0].written == 2
    assert found(index, "disk full") == ["Disk full"]


@pytest.mark.parametrize("content", [b"", b"my notes\n" * 200])
def test_a_file_that_is_no_index_is_never_overwritten(docs: Path, index: Path, content: bytes) -> None:
    index.parent.mkdir()
    index.write_bytes(content)

    with pytest.raises(IndexUnusable, match="not an index"):
        ingest([Folder(docs)], index)

    assert index.read_bytes() == content


def test_the_job_prints_one_line_a_source(
    docs: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert job.main([os.fspath(docs), "--index", os.fspath(index)]) == 0

    row = json.loads(capsys.readouterr().out)
    assert (row["source"], row["pages"], row["deleted"], row["skipped"]) == (str(docs), 2, 0, [])


def test_the_job_says_why_it_refused(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert job.main(["nowhere", "--index", os.fspath(index)]) == 1
    assert "not a folder" in capsys.readouterr().err


def test_an_index_that_cannot_be_written_is_said_so(docs: Path, tmp_path: Path) -> None:
    longest = tmp_path / ("i" * 252)  # a name that has no room for ".lock"

    with pytest.raises(IndexUnusable, match="cannot be written"):
        ingest([Folder(docs)], longest)
    with pytest.raises(IndexUnusable, match="is a folder"):
        ingest([Folder(docs)], docs)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({docs.name})


def test_half_a_character_and_a_name_that_is_not_utf_8_stop_no_run_and_lose_no_page(
    docs: Path, index: Path
) -> None:
    """JSON can spell half of a surrogate pair, which no file or server takes."""
    told = {"cells": [{"cell_type": "markdown", "source": "# Broker\n\nRestart \ud800 the broker."}]}
    (docs / "broker.ipynb").write_text(json.dumps(told))
    for name, text in ((b"\xe9", "# Certificate expired\n\nRenew it.\n"), (b"\xe8", "# Odd\n\nRotate keys.")):
        Path(os.fsdecode(bytes(docs) + b"/caf" + name + b".md")).write_text(text)
    Path(os.fsdecode(bytes(docs) + b"/\xff.md")).write_text("")

    (report,) = ingest([Folder(docs)], index)

    assert (report.pages, report.written, report.skipped) == (5, 5, (("\ufffd.md", "empty"),))
    assert report.garbled == ((docs / "broker.ipynb").as_posix(),)
    assert found(index, "restart the broker") == ["Broker"]
    assert found(index, "certificate expired") == ["Certificate expired"]
    assert found(index, "rotate keys") == ["Odd"]
    assert ingest([Folder(docs)], index)[0].written == 0
