"""A running command held to its limits, and everything ended that it started."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from lambda_image.adapters.sandbox.keeper import PATIENCE, Process, family
from lambda_image.adapters.sandbox.limits import Limits

EVERY = 0.1
# Looking through the files costs more: at most this share of the time goes to it.
SHARE = 0.1


def watched(
    process: subprocess.Popen[bytes], limits: Limits, wall: float, root: Path
) -> tuple[str, str | None]:
    """The output of what a keeper runs, and the limit that ended it; afterwards nothing of it runs."""
    pieces: list[bytes] = []
    over = threading.Event()
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reader = threading.Thread(
        target=_collect, args=(process.stdout.fileno(), limits.output, pieces, over), daemon=True
    )
    reader.start()
    try:
        limit = _limit(process, limits, wall, root, over)
    finally:
        end(process)
    reader.join(5)
    process.stdout.close()
    text = b"".join(pieces)[: limits.output].decode("utf-8", errors="replace")
    return text, limit or ("output" if over.is_set() else None)


def _collect(stream: int, most: int, pieces: list[bytes], over: threading.Event) -> None:
    size = 0
    while piece := os.read(stream, 65_536):
        if size < most:
            pieces.append(piece)
        size += len(piece)
        if size > most:
            over.set()


def _limit(
    process: subprocess.Popen[bytes], limits: Limits, wall: float, root: Path, over: threading.Event
) -> str | None:
    """Wait for its end, and say which limit it went over before, if any."""
    began = time.monotonic()
    next_look = began
    while True:
        try:
            process.wait(EVERY)
        except subprocess.TimeoutExpired:
            pass
        else:
            return None
        now = time.monotonic()
        if over.is_set():
            return "output"
        if now - began > wall:
            return "wall"
        if found := _used_up(family(process.pid), limits):
            return found
        if now >= next_look:
            if _too_full(root, limits):
                return "disk"
            next_look = time.monotonic() + max(0.5, (time.monotonic() - now) / SHARE)


def _used_up(running: Iterable[Process], limits: Limits) -> str | None:
    found = tuple(running)
    # The keeper itself is none of them.
    if len(found) - 1 > limits.processes:
        return "processes"
    if sum(each.memory for each in found) > limits.memory * 1.25:
        return "memory"
    return "cpu" if sum(each.seconds for each in found) > limits.cpu else None


def _too_full(root: Path, limits: Limits) -> bool:
    size = entries = 0
    folders = [str(root)]
    while folders:
        try:
            with os.scandir(folders.pop()) as listing:
                for entry in listing:
                    entries += 1
                    size += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if size > limits.disk or entries > limits.entries:
                        return True
        except OSError:
            continue
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the keeper to end what it keeps, unless it has; it ends last."""
    process.terminate()
    try:
        process.wait(2 * PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def processes_of_user() -> int:
    """How many processes and threads the user who runs this has: limits on processes count them too."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == os.getuid():
                count += sum(1 for _ in (folder / "task").iterdir())
        except OSError:
            continue
    return count
