"""The console script: reading the rest takes a second, and who stops it meanwhile sees no traceback."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPED = 130  # what a shell calls the end by SIGINT: 128 + 2


def main() -> None:
    """Run `tracemend`."""
    with reading():
        from lambda_image.cli import main as command  # noqa: PLC0415 - the import is what is guarded
    command()


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
