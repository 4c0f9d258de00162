"""Sources to an index: only what changed is written, and the index is replaced whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.errors import IndexUnusable
from knowledge.passage import Page
from knowledge.sources.folder import pages
from knowledge.split import split
from knowledge.stores.embedded import EmbeddedStore

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one source gave: `pages` read, `written` of them new or changed; seconds of wall time."""

    source: str
    pages: int
    passages: int
    written: int
    deleted: int
    seconds: float
    skipped: tuple[tuple[str, str], ...] = field(default=())


def ingest(
    sources: Sequence[Path], index: Path, progress: Progress | None = None
) -> tuple[IngestReport, ...]:
    """Bring the index up to date with the folders; pages that are gone from them leave it.

    Raises SourceUnusable or IndexUnusable, and then leaves the index as it was. `progress` is told the
    source and how many pages of it are done.
    """
    with _locked(index):
        draft = index.with_name(f"{index.name}.draft")
        draft.unlink(missing_ok=True)
        if index.exists():
            EmbeddedStore(index).close()
            shutil.copyfile(index, draft)
        store = EmbeddedStore(draft, writable=True) if draft.exists() else EmbeddedStore.create(draft)
        try:
            with store:
                kept: set[str] = set()
                reports = [_one(store, source, kept, progress) for source in sources]
                gone = [page for page in store.digests() if page not in kept]
                for page in gone:
                    store.delete(page)
            changed = bool(gone) or any(report.written for report in reports) or not index.exists()
            if changed:
                draft.replace(index)
        finally:
            draft.unlink(missing_ok=True)
    return (replace(reports[0], deleted=len(gone)), *reports[1:]) if reports else ()


def _one(store: EmbeddedStore, source: Path, kept: set[str], progress: Progress | None) -> IngestReport:
    start = time.monotonic()
    known = store.digests()
    skipped: list[tuple[str, str]] = []
    count = passages = written = 0
    for page in pages(source, lambda name, reason: skipped.append((name, reason))):
        name = f"{source.resolve()}/{page.id}"
        parts = split(page)
        count, passages = count + 1, passages + len(parts)
        kept.add(name)
        if known.get(name) != (digest := _digest(page)):
            store.replace(name, digest, parts)
            written += 1
        if progress:
            progress(str(source), count)
    seconds = time.monotonic() - start
    return IngestReport(str(source), count, passages, written, 0, seconds, tuple(skipped))


def _digest(page: Page) -> str:
    return hashlib.sha256(f"{page.url}\x1f{page.title}\x1f{page.text}".encode("utf-8", "replace")).hexdigest()


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    """One run at a time; a lock left by a killed run is named in the error."""
    lock = index.with_name(f"{index.name}.lock")
    index.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError as error:
        raise IndexUnusable(f"another run is writing {index}; if none is, remove {lock}") from error
    try:
        yield
    finally:
        lock.unlink()
