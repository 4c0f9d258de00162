"""A sandbox around one source tree: what the kernel here offers, probed once, used, and told truthfully.

bubblewrap where it is installed; else Linux namespaces through unshare, with a read-only system; else limits
alone, which is what is left inside AWS Lambda, where the function itself has no permissions and no route.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import TestRun

if sys.version_info >= (3, 11, 4):
    import tarfile
else:
    from backports import tarfile  # type: ignore[no-redef,attr-defined]

# Applied in the process that becomes the command; a limit that the system refuses stays as it was.
LAUNCHER = """
import json, os, resource, sys
for name, value in json.loads(sys.argv[1]).items():
    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    value = value if hard < 0 else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (ValueError, OSError):
        pass
os.execvp(sys.argv[2], sys.argv[2:])
"""
# Inside new namespaces: the system read-only, the tree writable, and no way back to more rights. A session of
# its own, as `unshare` outside is in the process group: what is inside could end it with `kill(0, …)`.
ENTER = (
    'mount --bind "$0" "$0" && mount -o remount,bind,ro / && mount -t tmpfs tmpfs /dev/shm; cd "$0/tree" &&'
    ' exec setsid setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"'
)
# As Popen tells a signal, and as a shell or bubblewrap does.
KILLED = tuple(code for each in (signal.SIGXCPU, signal.SIGKILL) for code in (-int(each), 128 + int(each)))
# What unshare says when the first process of its namespace was killed: it cannot die by that signal itself.
UNSHARE_KILLED = "unshare: sigprocmask unblock failed: Invalid argument"
NAMESPACES = (
    "--user",
    "--map-root-user",
    "--mount",
    "--net",
    "--ipc",
    "--uts",
    "--pid",
    "--fork",
    "--kill-child",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of wall and CPU time; bytes of memory, file and output; number of processes."""

    wall: float = 60.0
    cpu: int = 50
    memory: int = 2 * 1024**3
    file: int = 50 * 1024**2
    processes: int = 128
    output: int = 1024**2

    def resources(self) -> dict[str, int]:
        """As the launcher sets them."""
        return {
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.file,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": 512,
            "RLIMIT_CORE": 0,
        }


class SandboxWorkspace:
    """Implements `Workspace` in `root`, whose folder `tree` holds the source."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self._root = root
        self._tree = root / "tree"
        self._limits = limits

    def run(self, command: tuple[str, ...]) -> TestRun:
        """See `Workspace.run`; `python` is the interpreter of this process."""
        words = [sys.executable if word == "python" else word for word in command]
        launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, json.dumps(self._limits.resources()), *words]
        started = time.monotonic()
        process = subprocess.Popen(
            [*_prefix(mode(), self._root), *launcher],
            cwd=self._tree,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        output, limit = _watched(process, self._limits)
        if limit is None and (process.returncode in KILLED or output.rstrip().endswith(UNSHARE_KILLED)):
            limit = "cpu"
        code = None if limit else process.returncode
        return TestRun(" ".join(command), code, 0, (), output, time.monotonic() - started, limit)

    def write(self, path: str, content: bytes | None) -> None:
        """See `Workspace.write`."""
        target = self._tree / path
        if not target.parent.resolve().is_relative_to(self._tree) or target.is_symlink():
            raise PatchRefused(f"{path} leads out of the tree")
        if content is None:
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def describe(self) -> str:
        """See `Workspace.describe`."""
        root = os.geteuid() == 0
        return DESCRIPTIONS[mode()] + ("; the number of processes is not limited for root" if root else "")

    def _environment(self) -> dict[str, str]:
        home = self._root / "home"
        return {
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.defpath)),
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(self._tree),
        }


LIMITED = "limits on time, memory, files and output"
DESCRIPTIONS = {
    "bwrap": f"bubblewrap: no network, read-only system, own processes, {LIMITED}",
    "unshare": f"namespaces: no network, read-only system, own processes, {LIMITED}",
    "limits": f"{LIMITED} only; network and file system are not cut off here",
}


@contextmanager
def open_workspace(archive: bytes, limits: Limits | None = None) -> Iterator[SandboxWorkspace]:
    """A workspace with the tree of an uncompressed tar; nothing of it is left afterwards."""
    root = Path(tempfile.mkdtemp(prefix="verify-")).resolve()
    try:
        (root / "home").mkdir()
        (root / "tree").mkdir()
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            try:
                tar.extractall(root / "tree", filter="data")
            except tarfile.FilterError as error:
                raise PatchRefused(f"the source tree holds a path that leads out of it: {error}") from error
        yield SandboxWorkspace(root, limits or Limits())
    finally:
        shutil.rmtree(root, ignore_errors=True)


@cache
def mode() -> str:
    """What works here: bwrap, unshare or limits. Tried with a command that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "tree").mkdir()
        for name in ("bwrap", "unshare"):
            if shutil.which(name) is None:
                continue
            tried = subprocess.run(
                [*_prefix(name, root), sys.executable, "-I", "-S", "-c", ""],
                capture_output=True,
                check=False,
                timeout=20,
            )
            if tried.returncode == 0:
                return name
    return "limits"


def _prefix(name: str, root: Path) -> list[str]:
    if name == "bwrap":
        kept = [word for path in {sys.prefix, sys.base_prefix} for word in ("--ro-bind", path, path)]
        alone = ["--unshare-all", "--die-with-parent", "--new-session", "--ro-bind", "/", "/"]
        hidden = ["--tmpfs", tempfile.gettempdir(), *kept, "--dev", "/dev", "--proc", "/proc"]
        work = [*hidden, "--bind", str(root), str(root), "--chdir", f"{root}/tree"]
        return ["bwrap", *alone, *work, "--"]
    if name == "unshare":
        return ["unshare", *NAMESPACES, "--mount-proc", "sh", "-c", ENTER, str(root)]
    return []


def _watched(process: subprocess.Popen[bytes], limits: Limits) -> tuple[str, str | None]:
    """The output, and the limit that ended the process; afterwards nothing of it runs any more."""
    pieces: list[bytes] = []
    over = threading.Event()

    def collect() -> None:
        size = 0
        while piece := os.read(stream, 65_536):
            if size < limits.output:
                pieces.append(piece)
            size += len(piece)
            if size > limits.output:
                over.set()
                _kill(process)

    assert process.stdout is not None  # noqa: S101 - it was asked for
    stream = process.stdout.fileno()
    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    limit = None
    try:
        process.wait(limits.wall)
    except subprocess.TimeoutExpired:
        limit = "wall"
    _kill(process)
    process.wait()
    reader.join(5)
    process.stdout.close()
    text = b"".join(pieces)[: limits.output].decode("utf-8", errors="replace")
    return text, "output" if over.is_set() else limit


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole session; with namespaces the first process takes all others with it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
