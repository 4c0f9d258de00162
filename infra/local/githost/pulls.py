"""Pull requests, labels and comments: a JSON file beside the bare repository, rewritten whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class Pulls:
    """The pull requests of one repository; a number is shared with issues, as at GitHub."""

    def __init__(self, repository: Path) -> None:
        self._file = repository.with_suffix(".pulls.json")

    def all(self) -> list[dict[str, Any]]:
        """All of them, newest first."""
        if not self._file.exists():
            return []
        found: list[dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))
        return sorted(found, key=lambda pull: -int(pull["number"]))

    def get(self, number: int) -> dict[str, Any] | None:
        """One, or None."""
        return next((pull for pull in self.all() if pull["number"] == number), None)

    def save(self, pull: dict[str, Any]) -> dict[str, Any]:
        """Put it in place of the one with its number; without a number it gets the next."""
        others = [other for other in self.all() if other["number"] != pull.get("number")]
        kept = {"number": len(others) + 1, **pull}
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps([*others, kept], indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._file)
        return kept
