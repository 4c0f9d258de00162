"""What stands beside an index: when it was made, of what, and with which versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from knowledge.report import IngestReport
from knowledge.stores.embedded import SCHEMA_VERSION

SUFFIX = ".manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sha256` is that of the index file it tells of; a file with another one was put there later.

    `made` is the time in UTC, `model` the embedding model, empty for none; `pages` are those in the index.
    """

    made: str
    sha256: str
    pages: int
    model: str
    tracemend: str
    schema: int
    sources: tuple[dict[str, Any], ...]

    def text(self) -> str:
        """As JSON, for people and programs."""
        return json.dumps(asdict(self), indent=2) + "\n"


def manifest(index: Path, pages: int, model: str, reports: Sequence[IngestReport]) -> Manifest:
    """The manifest of an index file that was just made."""
    with index.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    told = ("source", "pages", "new", "changed", "moved", "deleted", "failed")
    sources = tuple({name: getattr(each, name) for name in told} for each in reports)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(made, digest, pages, model, _version(), SCHEMA_VERSION, sources)


def _version() -> str:
    """The image carries the code without the package's own record."""
    try:
        return version("tracemend")
    except PackageNotFoundError:
        return ""
