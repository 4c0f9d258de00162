"""Two pages in a folder, for the tests of whole ingests."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.search import search
from knowledge.stores.embedded import EmbeddedStore

DISK = "# Disk full\n\n1. Remove old segments.\n"
QUEUE = "# Queue blocked\n\n1. Redrive the messages.\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of two pages."""
    root = tmp_path / "docs"
    root.mkdir()
    (root / "disk.md").write_text(DISK)
    (root / "queue.md").write_text(QUEUE)
    return root


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Where the index is to be."""
    return tmp_path / "made" / "runbooks.index"


def found(index: Path, text: str) -> list[str]:
    with EmbeddedStore(index) as store:
        return [hit.passage.title for hit in search(store, text, 5)]
