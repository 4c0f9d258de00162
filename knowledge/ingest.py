"""Sources to an index: only what changed is written, and the index is replaced whole or not at all."""

from __future__ import annotations

import argparse
import errno
import json
import math
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.embedding import Priced, embed, estimated
from knowledge.embeddings.estimate import Estimate
from knowledge.errors import (
    Declined,
    EmbeddingUnavailable,
    IndexOutdated,
    IndexUnusable,
    KnowledgeError,
    OutOfTime,
)
from knowledge.homes.home import Home
from knowledge.homes.local import LocalHome
from knowledge.manifest import manifest
from knowledge.remaking import remade
from knowledge.report import IngestReport, Told
from knowledge.sources.folder import Folder
from knowledge.sources.source import Source
from knowledge.store import Copyable, Embedder
from knowledge.stores.embedded import EmbeddedStore
from knowledge.synchronise import Progress, Run

# Copies an index, telling how many pages are done, and gives how many were written.
Grow = Callable[[Copyable, Callable[[int], None]], int]

# Seconds. What a killed run has done since is done again.
SAVE_EVERY = 60.0
# Of its time, the share that a run gives to keeping its draft: one of a gigabyte is kept less often.
SAVING = 0.1
UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES})
TERMINATED = 143  # what a shell calls the end by SIGTERM: 128 + 15
# What is left of the time when a run stops: enough to keep its draft.
RESERVE = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """How a run is done. `time_left` tells the seconds until it is stopped from outside.

    `estimate` tells what vectors will take, and `agree` says whether they may be made for that.
    `remake` makes an index of another embedding model anew, which is else refused. `grow` copies the index
    into another store while nobody else writes it; `grown` hears how many pages that wrote.
    """

    progress: Progress = lambda _source, _done: None
    told: Told = lambda _change: None
    embedder: Embedder | None = None
    estimate: Priced = lambda _texts: Estimate()
    agree: Callable[[Estimate], bool] = lambda _estimate: True
    time_left: Callable[[], float] = lambda: math.inf
    save_every: float = SAVE_EVERY
    remake: bool = False
    grow: Grow | None = None
    grown: Callable[[int], None] = lambda _pages: None


def ingest(sources: Sequence[Source], index: Home | Path, job: Job | None = None) -> tuple[IngestReport, ...]:
    """Make the index hold the pages of these sources and no others.

    A draft takes its place at the end, so readers always see a whole one. A run that ends early leaves the
    index as it was, and its draft to the next run. A source that cannot be read keeps its old pages, as its
    report says. Raises SourceUnusable if none can be read, IndexUnusable, OutOfTime or Declined; and, when
    what is found by words was published, EmbeddingUnavailable.
    """
    home = LocalHome(index) if isinstance(index, Path) else index
    job = job or Job()
    with _stoppable(), _writable(), home.enter() as draft:
        resumed = home.fetch(draft, resume=True)
        with _opened(draft, job) as (store, other):
            watch = _Watch(store, draft, home, job)
            with watch:
                reports = Run(store, watch.changed)(sources, watch)
                unavailable = _embed(store, job, watch)
            pages, model = len(store.pages()), store.model()
        if resumed or other or watch.changes:
            home.publish(draft, manifest(draft, pages, model, reports))
        if job.grow:
            _grow(job.grow, draft, home, job)
    if unavailable:
        raise unavailable
    return reports


def _embed(store: EmbeddedStore, job: Job, watch: _Watch) -> EmbeddingUnavailable | None:
    """Vectors for what has none; why there are none where the model does not answer."""
    if job.embedder is None:
        return None
    try:
        total = estimated(store, job.estimate)
        if total.texts and not job.agree(total):
            raise Declined(
                "no vectors were made, and nothing was published; run again, also with --embeddings none"
            )
        embed(store, job.embedder, watch.embedded)
    except EmbeddingUnavailable as error:
        return EmbeddingUnavailable(f"{error}. Pages without vectors are found by words; run again to go on")
    return None


def _grow(grow: Grow, draft: Path, home: Home, job: Job) -> None:
    """The index as it was published into the other store; what is there stays whatever becomes of this."""
    if not draft.exists():
        home.fetch(draft, resume=False)
    alive = time.monotonic()

    def tell(done: int) -> None:
        nonlocal alive
        job.progress("copying", done)
        if job.time_left() < RESERVE:
            raise OutOfTime(
                f"out of time after {done} pages were copied; the index itself is whole, and the next run"
                " copies what is missing"
            )
        if time.monotonic() - alive >= job.save_every:
            home.save(None)
            alive = time.monotonic()

    with EmbeddedStore(draft) as store:
        job.grown(grow(store, tell))


def preview(sources: Sequence[Source], index: Home | Path, job: Job) -> tuple[IngestReport, ...]:
    """What `ingest` would do, page by page to `job.told`; nothing is written. Raises as `ingest` does."""
    home = LocalHome(index) if isinstance(index, Path) else index
    with _writable(), tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        home.fetch(draft, resume=False)
        with _opened(draft, job) as (store, _):
            return Run(store, job.told)(sources, job.progress)


class _Watch:
    """Looks at the clock after each page; keeps the draft now and then, and when the run ends early."""

    def __init__(self, store: EmbeddedStore, draft: Path, home: Home, job: Job) -> None:
        self._store, self._draft, self._home, self._job = store, draft, home, job
        self._alive_at = self._saved_at = time.monotonic()
        self._took = 0.0
        self._saved = self.changes = 0

    def changed(self, change: object) -> None:
        """Count a page that was written."""
        self.changes += 1
        self._job.told(change)  # type: ignore[arg-type]

    def embedded(self, done: int) -> None:
        """So many passages have got their vectors."""
        self.changes += 1
        self("those without vectors", done, "passages")

    def __call__(self, source: str, done: int, what: str = "pages") -> None:
        self._job.progress(source, done)
        if self._job.time_left() < RESERVE:
            raise OutOfTime(
                f"out of time after {done} {what} of {source}; nothing was published,"
                " and the next run goes on from there"
            )
        now = time.monotonic()
        if now - self._saved_at >= max(self._job.save_every, self._took / SAVING):
            self._save()
        elif now - self._alive_at >= self._job.save_every:
            self._home.save(None)
            self._alive_at = now

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind and not issubclass(kind, IndexUnusable | sqlite3.Error) and self.changes > self._saved:
            self._save()

    def _save(self) -> None:
        start = time.monotonic()
        self._store.save()
        self._home.save(self._draft if self.changes > self._saved else None)
        self._alive_at = self._saved_at = time.monotonic()
        self._took, self._saved = self._saved_at - start, self.changes


@contextmanager
def _stoppable() -> Iterator[None]:
    """A container that is stopped is sent SIGTERM: what is done is kept, and the index let go."""
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def _writable() -> Iterator[None]:
    """What the system says of a full disk or a forbidden folder, as IndexUnusable."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, OSError) and error.errno not in UNWRITABLE:
            raise
        raise IndexUnusable(
            f"the index cannot be written ({error}); free the disk, or name another file"
        ) from error


@contextmanager
def _opened(draft: Path, job: Job) -> Iterator[tuple[EmbeddedStore, bool]]:
    """The draft, or an empty index where there is none or an old one; and whether it was of another model.

    Raises IndexUnusable where the file is not ours, or has vectors of another model than is asked for.
    """
    model = job.embedder.model if job.embedder else ""
    store = None
    if draft.exists():
        try:
            store = EmbeddedStore(draft, writable=True)
        except IndexOutdated:
            draft.unlink()
    store = store or EmbeddedStore.create(draft, model)
    other = store.model() != model
    if other and job.remake:
        store.close()
        store = remade(draft, model)
    with store:
        if store.model() != model:
            raise IndexUnusable(
                f"the index was made with the embeddings {store.model() or 'none'}, and {model or 'none'} is"
                " asked for; name another file for the new index, or the model that it was made with"
            )
        yield store, other


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
