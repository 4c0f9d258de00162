"""Stack traces by language: one file each, tried in order by `read_trace`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambda_image.domain.events import Frame


@dataclass(frozen=True, slots=True)
class Trace:
    """A stack trace: frames run from the outermost call to the one that raised."""

    language: str
    exception_type: str | None
    message: str
    frames: tuple[Frame, ...]


Reader = Callable[[Sequence[str]], Trace | None]
