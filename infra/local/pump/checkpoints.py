"""How far each shard has been delivered."""

from __future__ import annotations

import json
from pathlib import Path


class Checkpoints:
    """Sequence numbers by shard, in memory, and in a file where one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._numbers: dict[str, str] = {}
        if path is not None and path.exists():
            self._numbers = json.loads(path.read_text(encoding="utf-8"))

    def get(self, shard_id: str) -> str | None:
        """The last record that is done with; None before the first."""
        return self._numbers.get(shard_id)

    def put(self, shard_id: str, sequence_number: str) -> None:
        """Move on; the file changes all at once."""
        self._numbers[shard_id] = sequence_number
        if self._path is not None:
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps(self._numbers), encoding="utf-8")
            new.replace(self._path)
