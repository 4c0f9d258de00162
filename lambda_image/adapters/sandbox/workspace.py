"""A source tree in the sandbox: files go in, commands are run, and nothing of it is left afterwards."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lambda_image.adapters.sandbox import levels, watching
from lambda_image.adapters.sandbox.installed import bring
from lambda_image.adapters.sandbox.limits import Limits
from lambda_image.adapters.sandbox.toolchains import program, toolchains
from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.patch import TestRun

if sys.version_info >= (3, 11, 4):
    import tarfile
else:
    from backports import tarfile  # type: ignore[no-redef,attr-defined]

NO_SANDBOX = (
    "there is nothing here that cuts a test off from the network and from your files."
    " Install bubblewrap, or use a kernel with namespaces or Landlock"
)
# As a shell tells a signal.
OUT_OF_TIME = 128 + int(signal.SIGXCPU)
# The least time that is worth a run.
LEAST_SECONDS = 1.0


class SandboxWorkspace:
    """Implements `Workspace` in `root`, whose folder `tree` holds the source."""

    def __init__(self, root: Path, limits: Limits, level: str) -> None:
        self._root = root
        self._tree = root / "tree"
        self._limits = limits
        self._level = level
        self._until = time.monotonic() + limits.total

    def run(self, command: tuple[str, ...]) -> TestRun:
        """See `Workspace.run`."""
        wall = min(self._limits.wall, self._until - time.monotonic())
        if wall < LEAST_SECONDS:
            return TestRun(" ".join(command), None, 0, (), "", 0.0, "wall")
        words = [program(word, self._tree) for word in command]
        started = time.monotonic()
        process = subprocess.Popen(
            [
                *levels.keeper(),
                *levels.prefix(self._level, self._root),
                *levels.launcher(self._level, self._root, self._limits),
                *words,
            ],
            cwd=self._tree,
            env=toolchains().environment(self._tree, self._root / "home"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        output, limit = watching.watched(process, self._limits, wall, self._root)
        if limit is None and process.returncode == OUT_OF_TIME:
            limit = "cpu"
        code = None if limit else process.returncode
        return TestRun(" ".join(command), code, 0, (), output, time.monotonic() - started, limit)

    def write(self, path: str, content: bytes | None) -> None:
        """See `Workspace.write`. What stands there is replaced, not followed: a test may have left it."""
        target = self._tree / path
        if not target.parent.resolve().is_relative_to(self._tree) or ".." in target.parts:
            raise PatchRefused(f"{path} leads out of the tree")
        try:
            mode = 0o755 if target.is_file() and os.access(target, os.X_OK) else 0o644
            target.unlink(missing_ok=True)
            if content is None:
                return
            self._folder(target.parent)
            target.write_bytes(content)
        except OSError as error:
            raise PatchRefused(f"{path} cannot be written: {error.strerror}") from error
        target.chmod(mode)
        levels.hand_over(target)

    def describe(self) -> str:
        """See `Workspace.describe`; which languages' tests can be run is a part of it."""
        return f"{levels.describe(self._level)}; programs here: {', '.join(('python', *toolchains().names))}"

    def _folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._folder(folder.parent)
        folder.mkdir()
        levels.hand_over(folder)


@contextmanager
def open_workspace(
    archive: bytes, limits: Limits | None = None, level: str | None = None, installed: Path | None = None
) -> Iterator[SandboxWorkspace]:
    """A workspace with the tree of an uncompressed tar, at the best level or a given one.

    `installed` is a checkout: the dependencies that a package manager put there come along.
    """
    chosen = level or levels.level()
    if chosen not in levels.CLOSED:
        levels.hide_environment()
    root = Path(tempfile.mkdtemp(prefix="verify-")).resolve()
    try:
        (root / "home").mkdir()
        (root / "tree").mkdir()
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            try:
                tar.extractall(root / "tree", filter="data")
            except tarfile.FilterError as error:
                raise PatchRefused(f"the source tree holds a path that leads out of it: {error}") from error
        if installed:
            bring(installed, root / "tree")
        for path in (root, *root.rglob("*")):
            levels.hand_over(path)
        yield SandboxWorkspace(root, limits or Limits(), chosen)
    finally:
        _remove(root)


@contextmanager
def open_closed(archive: bytes, repositories: Sequence[RepositoryMapping] = ()) -> Iterator[SandboxWorkspace]:
    """A workspace on a person's machine: refused where neither network nor files would be cut off.

    What the first of the repositories has installed comes along, if it is a folder here.
    """
    if levels.level() not in levels.CLOSED:
        raise PatchRefused(NO_SANDBOX)
    installed = next((Path(each.clone_url) for each in repositories), None)
    with open_workspace(archive, installed=installed) as workspace:
        yield workspace


def _remove(root: Path) -> None:
    """All of it, whatever its rights are and however deep it is."""
    for words in (["rm", "-rf", "--"], ["chmod", "-R", "u+rwX", "--"], ["rm", "-rf", "--"]):
        if root.exists():
            subprocess.run([*words, str(root)], capture_output=True, check=False)
