"""Files and standard input: as a whole, or line by line where they may be larger than memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lambda_image.domain.errors import InputRefused

# A log event has at most 1 MB (CloudWatch Logs quotas); what a line has beyond that is left out.
LONGEST_LINE = 1_048_576


def whole(file: str) -> str:
    """The text, less a byte order mark; bytes that are no UTF-8 are replaced. Raises InputRefused."""
    with _opened(file) as text:
        return text.read()


def lines(file: str) -> Iterator[str]:
    """The same, one line after another, as `grep -n` counts them, each at most LONGEST_LINE characters."""
    for part, begins in _parts(file):
        if begins:
            yield part.removesuffix("\n").removesuffix("\r")


def parts(file: str) -> Iterator[str]:
    """The lines, a longer one in several parts, so that nothing is left out."""
    for part, _ in _parts(file):
        yield part.removesuffix("\n").removesuffix("\r")


def _parts(file: str) -> Iterator[tuple[str, bool]]:
    """Each part with whether a line begins with it."""
    with _opened(file) as text:
        begins = True
        while part := text.readline(LONGEST_LINE):
            yield part, begins
            begins = part.endswith("\n")


@contextmanager
def _opened(file: str) -> Iterator[io.TextIOBase]:
    if file == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", errors="replace", newline="\n")
        return
    try:
        with Path(file).open(encoding="utf-8-sig", errors="replace", newline="\n") as text:
            yield text
    except OSError as error:
        raise InputRefused(
            f"cannot read {file}: {error.strerror}. Name a file, or - for standard input"
        ) from error
