"""The console script: reading the rest takes a second, and who stops it meanwhile sees no traceback."""

from __future__ import annotations

from lambda_image.commands.stopping import reading


def main() -> None:
    """Run `tracemend`."""
    with reading():
        from lambda_image.cli import main as command  # noqa: PLC0415 - the import is what is guarded
    command()
