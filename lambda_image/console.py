"""The console script: reading the rest takes a second, and who stops it meanwhile sees no traceback."""

from __future__ import annotations

import sys

STOPPED = 130  # what a shell calls the end by SIGINT: 128 + 2


def main() -> None:
    """Run `tracemend`."""
    try:
        from lambda_image.cli import main as command  # noqa: PLC0415 - the import is what is guarded
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    command()
