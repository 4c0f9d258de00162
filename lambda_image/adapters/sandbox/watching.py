"""A running command held to its limits, and everything ended that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lambda_image.adapters.sandbox.limits import Limits

CHILD_SUBREAPER = 36
EVERY = 0.1
# Looking through the files costs more: at most this share of the time goes to it.
SHARE = 0.1
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Process:
    """One line of /proc: seconds of processor time, its ended children's too, and bytes in memory."""

    id: int
    parent: int
    state: str
    seconds: float
    memory: int


@contextmanager
def collecting_orphans() -> Iterator[set[int]]:
    """Within, what a command leaves behind becomes a child of ours, however often it forked.

    Gives the processes that were ours before: they are left alone.
    """
    _subreaper(1)
    try:
        yield {each.id for each in family(os.getpid())}
    finally:
        _subreaper(0)


def watched(
    process: subprocess.Popen[bytes], limits: Limits, wall: float, root: Path, before: set[int]
) -> tuple[str, str | None]:
    """The output, and the limit that ended it; afterwards nothing runs any more that was not there before."""
    pieces: list[bytes] = []
    over = threading.Event()
    assert process.stdout is not None  # noqa: S101 - it was asked for
    reader = threading.Thread(
        target=_collect, args=(process.stdout.fileno(), limits.output, pieces, over), daemon=True
    )
    reader.start()
    limit = _limit(process, limits, wall, root, over)
    end(process, before)
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
    if len(found) > limits.processes:
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


def end(process: subprocess.Popen[bytes], before: set[int]) -> None:
    """Kill its session, then all that is ours and was not there before, until there is none."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        left = [each for each in family(os.getpid()) if each.id not in before]
        if not left:
            return
        # All are stopped before one is ended: else those that watch each other start the next.
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for each in left:
                _send(each.id, sign)
        for each in left:
            if each.parent == os.getpid():
                _reap(each.id)
        time.sleep(0.01)


def family(ancestor: int) -> tuple[Process, ...]:
    """All that descends from a process, and itself unless it is ours."""
    every = list(_processes())
    children: dict[int, list[Process]] = {}
    for each in every:
        children.setdefault(each.parent, []).append(each)
    found = [each for each in every if each.id == ancestor != os.getpid()]
    waiting = [ancestor]
    while waiting:
        mine = children.get(waiting.pop(), [])
        found += mine
        waiting += [each.id for each in mine]
    return tuple(found)


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


def _processes() -> Iterator[Process]:
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGESIZE")
    try:
        names = [each.name for each in Path("/proc").iterdir()]
    except OSError:
        return
    for name in names:
        if not name.isdigit():
            continue
        try:
            text = Path("/proc", name, "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        # The name in brackets may hold anything, brackets too.
        fields = text.rpartition(")")[2].split()
        seconds = sum(int(value) for value in fields[11:15]) / ticks
        yield Process(int(name), int(fields[1]), fields[0], seconds, int(fields[21]) * page)


def _send(process: int, sign: signal.Signals) -> None:
    try:
        os.kill(process, sign)
    except (ProcessLookupError, PermissionError):
        return


def _reap(process: int) -> None:
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return


def _subreaper(value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, value, 0, 0, 0)
