"""An index on disk: the draft takes its place by renaming."""

from __future__ import annotations

import glob
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from knowledge.errors import IndexUnusable
from knowledge.manifest import SUFFIX, Manifest


class LocalHome:
    """Implements `Home`."""

    def __init__(self, index: Path) -> None:
        self._index = index

    @contextmanager
    def enter(self) -> Iterator[Path]:
        """See `Home.enter`. SQLite's lock is used because it ends with its process, however that ends."""
        index = self._index
        if index.is_dir():
            raise IndexUnusable(f"{index} is a folder; name a file for the index")
        index.parent.mkdir(parents=True, exist_ok=True)
        draft = self._beside("draft")
        with closing(sqlite3.connect(self._beside("lock"), timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise IndexUnusable(f"another run is writing {index}; let it end first") from error
            draft.unlink(missing_ok=True)
            try:
                yield draft
            finally:
                draft.unlink(missing_ok=True)

    def fetch(self, draft: Path, *, resume: bool) -> bool:
        """See `Home.fetch`. What an unfinished run has left serves only the version that it began with."""
        if resume:
            unfinished = self._unfinished()
            self._clean(unfinished)
            if unfinished.is_file():
                shutil.copyfile(unfinished, draft)
                return True
        if self._index.exists():
            shutil.copyfile(self._index, draft)
        return False

    def save(self, draft: Path | None) -> None:
        """See `Home.save`; the lock needs no renewing."""
        if draft:
            unfinished = self._unfinished()
            copy = unfinished.with_suffix(".unfinished-copy")
            shutil.copyfile(draft, copy)
            self._clean(copy)
            copy.replace(unfinished)

    def publish(self, draft: Path, manifest: Manifest) -> None:
        """See `Home.publish`; the lock holds others off."""
        draft.replace(self._index)
        self._clean()
        self._beside(SUFFIX.lstrip(".")).write_text(manifest.text(), encoding="utf-8")

    def _clean(self, but: Path | None = None) -> None:
        """Take away what unfinished runs have left."""
        for each in self._index.parent.glob(f"{glob.escape(self._index.name)}.*.unfinished*"):
            if each != but:
                each.unlink()

    def _beside(self, ending: str) -> Path:
        return self._index.with_name(f"{self._index.name}.{ending}")

    def _unfinished(self) -> Path:
        """Its name tells the version of the index that it began with."""
        found = self._index.stat() if self._index.exists() else None
        told = f"{found.st_mtime_ns} {found.st_size}" if found else "none"
        return self._beside(f"{hashlib.sha256(told.encode()).hexdigest()[:12]}.unfinished")
