"""The folder of the demo's results: emptied of those of an earlier run, and of nothing else."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lambda_image.domain.errors import InputRefused

INDEX = "runbooks.index"
PAGE = "channel.html"
LOCK = "demo.lock"
MADE = frozenset({INDEX, PAGE, LOCK, "cache", "deployed", "git", "traces"})


@contextmanager
def results_folder(folder: Path) -> Iterator[Path]:
    """An empty folder for this run alone.

    Raises InputRefused where something else lies in it, or where another demo is at work.
    """
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise InputRefused(f"{folder} is a file. Name another folder with --folder")
    found = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    foreign = {name for name in found - MADE if not name.startswith(f"{INDEX}.")}
    if foreign or (found and not found & {INDEX, LOCK}):
        raise InputRefused(f"{folder} holds more than a demo's results. Name another folder with --folder")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise InputRefused(
                f"another demo is at work in {folder}. Wait for it, or name another with --folder"
            ) from busy
        for name in found - {LOCK}:
            _remove(folder / name)
        yield folder


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
