"""How much a command in the sandbox may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of wall and CPU time; bytes of memory, file, disk and output; numbers of processes and files.

    `wall` is for one command, `total` for all of a workspace. CPU time, memory, disk and processes are
    those of the command and all that it started, together.
    """

    wall: float = 120.0
    total: float = 270.0
    cpu: int = 150
    memory: int = 2 * 1024**3
    file: int = 256 * 1024**2
    disk: int = 1024**3
    entries: int = 200_000
    processes: int = 192
    output: int = 1024**2

    def resources(self, others: int = 0) -> dict[str, tuple[int, int]]:
        """Soft and hard limits for `setrlimit`; `others` are processes that the same user runs besides.

        RLIMIT_DATA counts what can be written and is private: the runtimes that reserve far more address
        space than they use (V8, the JVM) start under it, as they do not under RLIMIT_AS. The soft limit of
        CPU time ends a process by a signal of its own, so that it can be told from a kill.
        """
        processes = self.processes + others
        return {
            "RLIMIT_CPU": (self.cpu, self.cpu + 2),
            "RLIMIT_DATA": (self.memory, self.memory),
            "RLIMIT_FSIZE": (self.file, self.file),
            "RLIMIT_NPROC": (processes, processes),
            "RLIMIT_NOFILE": (1024, 1024),
            "RLIMIT_CORE": (0, 0),
        }
