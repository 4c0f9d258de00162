"""What Ctrl-C does while the command is still being read."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130  # what a shell calls the end by SIGINT: 128 + 2


@contextmanager
def reading() -> Iterator[None]:
    """Ctrl-C ends the process at once in here: within an import Python can only tell of it, and goes on."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stopped)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stopped(_number: int, _frame: FrameType | None) -> None:
    os._exit(STOPPED)
