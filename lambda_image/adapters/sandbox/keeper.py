"""The parent of one command and of all that it starts, in a process of its own.

Its text is given to an interpreter (`python -I -S -c`), so it imports the standard library only. What loses
its parent becomes a child of this process and of no other, however often it forked: so what a command leaves
is ended, and nothing else, whatever whoever runs it has under way besides. It ends with the command's code,
after all is gone; at once on SIGTERM, which it also gets when whoever started it is no more.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PARENT_DEATH, CHILD_SUBREAPER = 1, 36
# Seconds for what is left to be gone: a kill waits for what hangs in the kernel.
PATIENCE = 10.0
NOT_FOUND = 127
# Before what it keeps, where that is allowed: among thousands of processes its turn would come late.
FIRST = -10


class Process(NamedTuple):
    """One line of /proc: seconds of processor time, its ended children's too, and bytes in memory."""

    id: int
    parent: int
    seconds: float
    began: int
    memory: int


def family(ancestor: int) -> tuple[Process, ...]:
    """A process and all that descends from it."""
    every = list(_processes())
    children: dict[int, list[Process]] = {}
    for each in every:
        children.setdefault(each.parent, []).append(each)
    found = [each for each in every if each.id == ancestor]
    waiting = [ancestor]
    while waiting:
        mine = children.get(waiting.pop(), [])
        found += mine
        waiting += [each.id for each in mine]
    return tuple(found)


def main(command: list[str]) -> None:
    """Run the command, in a session of its own, and leave nothing of it."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
        libc.prctl(PARENT_DEATH, int(signal.SIGTERM), 0, 0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    child = os.fork()
    if not child:
        _become(command)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, FIRST)
    signal.signal(signal.SIGTERM, lambda *_: _end(child, 128 + signal.SIGTERM))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    code = _waited(child)
    _end(child, code)


def _end(child: int, code: int) -> None:
    """Kill its session at once, which few leave, then the rest. Not reaped yet, its number is no other's."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    end_others()
    os._exit(code)


def end_others() -> None:
    """Kill all that descends from this process, until there is none."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        left = [each for each in family(os.getpid()) if each.id != os.getpid()]
        if not left:
            return
        # All are stopped before one is ended: else those that watch each other start the next.
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for each in left:
                _send(each, sign)
        _reap()
        time.sleep(0.01)


def _become(command: list[str]) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    os.setsid()
    try:
        os.execvp(command[0], command)  # noqa: S606 - this is what it is for
    except OSError as error:
        sys.stdout.write(f"{command[0]}: {error.strerror}\n")
        sys.stdout.flush()
        os._exit(NOT_FOUND)


def _waited(child: int) -> int:
    """The code as a shell tells it, once the command has ended; orphans alone are reaped on the way."""
    while True:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        assert ended is not None  # noqa: S101 - it waits for one
        if ended.si_pid == child:
            return ended.si_status if ended.si_code == os.CLD_EXITED else 128 + ended.si_status
        os.waitpid(ended.si_pid, 0)


def _send(process: Process, sign: signal.Signals) -> None:
    """The number of a process that ended may be another's by now."""
    now = _read(str(process.id))
    if now is None or now.began != process.began:
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process.id, sign)


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _processes() -> Iterator[Process]:
    try:
        names = [each.name for each in Path("/proc").iterdir()]
    except OSError:
        return
    for name in names:
        if name.isdigit() and (found := _read(name)):
            yield found


def _read(name: str) -> Process | None:
    try:
        text = Path("/proc", name, "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold anything, brackets too.
    fields = text.rpartition(")")[2].split()
    seconds = sum(int(value) for value in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return Process(
        int(name), int(fields[1]), seconds, int(fields[19]), int(fields[21]) * os.sysconf("SC_PAGESIZE")
    )


if __name__ == "__main__":
    main(sys.argv[1:])
