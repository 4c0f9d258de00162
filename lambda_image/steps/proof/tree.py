"""The files of an archive, read without unpacking it."""

from __future__ import annotations

import io
import json
import tarfile
import tomllib
from dataclasses import dataclass
from typing import Any

LARGEST_TEXT = 1_000_000


@dataclass(frozen=True, slots=True)
class Tree:
    """The paths of an uncompressed tar, sorted, and the archive itself."""

    names: tuple[str, ...]
    archive: bytes

    @classmethod
    def of(cls, archive: bytes) -> Tree:
        """The tree in a tar; an empty one for no bytes."""
        if not archive:
            return cls((), archive)
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            return cls(tuple(sorted(each.name for each in tar if each.isfile())), archive)

    def texts(self, suffixes: tuple[str, ...]) -> dict[str, str]:
        """The files with one of these endings, by path; the largest are left out."""
        with tarfile.open(fileobj=io.BytesIO(self.archive), mode="r:") as tar:
            return {
                each.name: file.read().decode("utf-8", errors="replace")
                for each in tar
                if each.isfile() and each.name.endswith(suffixes) and each.size <= LARGEST_TEXT
                if (file := tar.extractfile(each))
            }

    def read(self, path: str) -> bytes | None:
        """One file; None where it is not there."""
        if path not in self.names:
            return None
        with tarfile.open(fileobj=io.BytesIO(self.archive), mode="r:") as tar:
            file = tar.extractfile(path)
            return file.read() if file else None

    def text(self, path: str) -> str:
        """One file's text; empty where it is not there."""
        return (self.read(path) or b"").decode("utf-8", errors="replace")

    def toml(self, path: str) -> dict[str, Any]:
        """A TOML file; empty where it is not there or cannot be read."""
        try:
            return tomllib.loads(self.text(path))
        except tomllib.TOMLDecodeError:
            return {}

    def json(self, path: str) -> dict[str, Any]:
        """A JSON object in a file; empty where it is not there or is none."""
        try:
            found = json.loads(self.text(path) or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def above(self, path: str, name: str) -> str | None:
        """The nearest folder at or above a file that holds a file of this name; "" is the top."""
        parts = path.split("/")[:-1]
        for depth in range(len(parts), -1, -1):
            folder = "/".join(parts[:depth])
            if (f"{folder}/{name}" if folder else name) in self.names:
                return folder
        return None
