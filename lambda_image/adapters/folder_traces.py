"""Traces in a folder, laid out as in the bucket: one file per work and task."""

from __future__ import annotations

from pathlib import Path

from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome
from lambda_image.wire import decode_outcome, encode


class FolderTraces:
    """Implements `TraceStore`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, outcome: Outcome) -> None:
        """See `TraceStore.save`."""
        file = self._file(outcome.work_id, outcome.task)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(encode(outcome), encoding="utf-8")

    def load(self, work_id: str, task: Task) -> Outcome | None:
        """See `TraceStore.load`."""
        file = self._file(work_id, task)
        return decode_outcome(file.read_bytes()) if file.is_file() else None

    def _file(self, work_id: str, task: Task) -> Path:
        return self._folder / work_id / f"{task}.json"
