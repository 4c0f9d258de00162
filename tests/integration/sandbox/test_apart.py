"""One run and everything else: what ends a run ends nothing beside it, and it ends with whoever runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lambda_image.adapters.sandbox import levels
from lambda_image.adapters.sandbox.limits import Limits
from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.domain.patch import TestRun
from tests.integration.sandbox.trees import running_with, tar_of

HERE = [name for name in levels.LEVELS if levels.works(name)]
FORKS = "import os, time\nfor _ in range(3): os.fork()\nos.setsid() if os.getpid() != os.getpgid(0) else 0\n"
# Another program that runs a sandbox of its own: what the command says is all it says.
OTHER = (
    "import sys\nfrom lambda_image.adapters.sandbox.workspace import open_workspace\n"
    "from tests.integration.sandbox.trees import tar_of\n"
    "with open_workspace(tar_of({}), None, sys.argv[1]) as workspace:\n"
    "    print(workspace.run(('python', '-c', sys.argv[2], sys.argv[3])).output)"
)


@pytest.fixture(params=HERE)
def level(request: pytest.FixtureRequest) -> str:
    """Each level that works here."""
    return str(request.param)


def other(level: str, code: str, mark: str, folder: Path) -> subprocess.Popen[bytes]:
    """A run in another process, which keeps its workspace in `folder`."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    command = [sys.executable, "-c", OTHER, level, code, mark]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)


def run(level: str, code: str, wall: float) -> TestRun:
    """One Python program in an empty tree."""
    with open_workspace(tar_of({}), Limits(wall=wall), level) as workspace:
        return workspace.run(("python", "-c", code))


def test_the_end_of_a_run_ends_no_other(level: str, tmp_path: Path) -> None:
    slow = "import time; time.sleep(5); print('done')"
    with ThreadPoolExecutor() as pool:
        ended = pool.submit(run, level, f"{FORKS}time.sleep(1)", 60)
        stopped = pool.submit(run, level, f"{FORKS}time.sleep(30)", 1)
        time.sleep(0.5)
        beside = pool.submit(run, level, slow, 60)
        bystander = subprocess.Popen(["sleep", "60"])
        process = other(level, slow, "other", tmp_path)
        said, _ = process.communicate()
        alive = bystander.poll()
        bystander.kill()
        bystander.wait()

    assert (ended.result().exit_code, stopped.result().limit) == (0, "wall")
    assert (alive, process.returncode, said) == (None, 0, b"done\n\n")
    assert (beside.result().exit_code, beside.result().output) == (0, "done\n")


def test_a_run_ends_with_whoever_runs_it(level: str, tmp_path: Path) -> None:
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    process = other(level, f"{FORKS}time.sleep(60)", mark, tmp_path)
    until = time.monotonic() + 30
    while len(running_with(mark)) < 9 and time.monotonic() < until:
        time.sleep(0.1)
    began = len(running_with(mark))
    process.kill()
    process.communicate()
    until = time.monotonic() + 30
    while running_with(mark) and time.monotonic() < until:
        time.sleep(0.1)

    assert began >= 9
    assert running_with(mark) == []
