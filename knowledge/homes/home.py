"""What every home of an index file does."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from knowledge.manifest import Manifest


class Home(Protocol):
    """One index file, in versions. All methods raise IndexUnusable."""

    def enter(self) -> AbstractContextManager[Path]:
        """Let one run in, with a path for its draft; others are refused until it ends, however it ends."""

    def fetch(self, draft: Path, *, resume: bool) -> bool:
        """Put the index there, if there is one; or, to resume, what an unfinished run left, which is True."""

    def save(self, draft: Path | None) -> None:
        """Tell that this run is alive, and keep an unfinished draft for the next one."""

    def publish(self, draft: Path, manifest: Manifest) -> None:
        """Put the draft in the place of the version that was fetched, if that is still there."""
