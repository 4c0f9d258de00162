"""Sources to an index: only what changed is written, and the index is replaced whole or not at all."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path

from knowledge.errors import IndexOutdated, IndexUnusable, KnowledgeError, SourceUnusable
from knowledge.passage import Page, Unchanged
from knowledge.sources.folder import Folder
from knowledge.sources.source import Source
from knowledge.split import split
from knowledge.store import Kept, PassageStore
from knowledge.stores.embedded import EmbeddedStore

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one source gave: `pages` read, `written` of them new or changed; seconds of wall time.

    `deleted` pages of the index are in none of the sources any more; they stand with the first one.
    `skipped` names files and why they were left out, `garbled` pages that are not in UTF-8.
    """

    source: str
    pages: int
    passages: int
    written: int
    deleted: int
    seconds: float
    skipped: tuple[tuple[str, str], ...] = ()
    garbled: tuple[str, ...] = ()


def ingest(
    sources: Sequence[Source], index: Path, progress: Progress | None = None
) -> tuple[IngestReport, ...]:
    """Make the index hold the pages of these sources and no others.

    It is written beside the old one and put in its place at the end, so readers always see a whole one.
    Raises SourceUnusable or IndexUnusable, and then leaves the index as it was. `progress` is told the
    source and how many pages of it are done.
    """
    with _writable(index), _locked(index), _draft(index) as draft:
        with EmbeddedStore(draft, writable=True) as store:
            kept: set[str] = set()
            reports = [_one(store, source, kept, progress) for source in sources]
            gone = [page for page in store.pages() if page not in kept]
            for page in gone:
                store.delete(page)
        if gone or any(report.written for report in reports):
            draft.replace(index)
    return (replace(reports[0], deleted=len(gone)), *reports[1:]) if reports else ()


def _one(store: PassageStore, source: Source, kept: set[str], progress: Progress | None) -> IngestReport:
    start = time.monotonic()
    known = store.pages()
    skipped: list[tuple[str, str]] = []
    garbled: list[str] = []
    count = passages = written = 0
    marks = {page: each.mark for page, each in known.items()}
    for page in source.pages(marks, lambda name, reason: skipped.append((name, reason))):
        count += 1
        kept.add(page.id)
        if progress:
            progress(source.name, count)
        if isinstance(page, Unchanged):
            continue
        parts = split(page)
        passages += len(parts)
        if known.get(page.id) != (now := Kept(_digest(page), page.mark)):
            store.replace(page.id, now, parts)
            written += 1
        if "\N{REPLACEMENT CHARACTER}" in page.text:
            garbled.append(page.id)
    if not count:
        raise SourceUnusable(f"{source.name} has no pages with content; the index stays as it was")
    seconds = round(time.monotonic() - start, 3)
    return IngestReport(source.name, count, passages, written, 0, seconds, tuple(skipped), tuple(garbled))


def _digest(page: Page) -> str:
    told = json.dumps([page.url, page.title, page.text, astuple(page.about)])
    return hashlib.sha256(told.encode()).hexdigest()


@contextmanager
def _writable(index: Path) -> Iterator[None]:
    """What SQLite says of a full disk or a forbidden folder, as IndexUnusable."""
    if index.is_dir():
        raise IndexUnusable(f"{index} is a folder; name a file for the index")
    try:
        yield
    except sqlite3.Error as error:
        raise IndexUnusable(
            f"{index} cannot be written ({error}); free the disk, or name another file"
        ) from error


@contextmanager
def _draft(index: Path) -> Iterator[Path]:
    """A copy of the index, or an empty one where there is none or an old one. It is gone at the end."""
    draft = index.with_name(f"{index.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        if _exists(index):
            shutil.copyfile(index, draft)
        else:
            EmbeddedStore.create(draft).close()
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _exists(index: Path) -> bool:
    """Raises IndexUnusable where writing would destroy a file that is not ours."""
    if not index.exists():
        return False
    try:
        EmbeddedStore(index).close()
    except IndexOutdated:
        return False
    return True


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    """One run at a time. SQLite's lock is used because it ends with its process, however that ends."""
    index.parent.mkdir(parents=True, exist_ok=True)
    with closing(
        sqlite3.connect(index.with_name(f"{index.name}.lock"), timeout=0, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise IndexUnusable(f"another run is writing {index}; let it end first") from error
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m knowledge.ingest SOURCE... --index PATH`: the job without the rest of Tracemend."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.ingest", description=__doc__)
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    parser.add_argument("--index", required=True, type=Path)
    asked = parser.parse_args(arguments)
    try:
        reports = ingest([Folder(each) for each in asked.sources], asked.index)
    except KnowledgeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(json.dumps(asdict(report)) + "\n" for report in reports)
    return 0


if __name__ == "__main__":
    sys.exit(main())
