"""Pages that wait for the end of a run, on disk: a whole wiki may have moved."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from types import TracebackType
from typing import Self

from knowledge.passage import About, Page


class HeldPages:
    """Pages in the order in which they were held, each with the number of its source."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def hold(self, source: int, page: Page) -> None:
        """Keep a page."""
        self._file.write(json.dumps([source, asdict(page)]) + "\n")

    def __iter__(self) -> Iterator[tuple[int, Page]]:
        self._file.seek(0)
        for line in self._file:
            source, told = json.loads(line)
            about = told["about"]
            lists = (tuple(about["services"]), tuple(about["environments"]))
            yield source, Page(**{**told, "about": About(about["owner"], about["modified"], *lists)})
