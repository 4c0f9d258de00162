"""Hostile code: contained, with the right status, and nothing left.

Each program ends by itself after some seconds, should the sandbox fail: this machine is used by others too.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from lambda_image.adapters.sandbox import levels
from lambda_image.adapters.sandbox.limits import Limits
from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import TestRun
from tests.integration.sandbox.trees import running_with, tar_of

HERE = [name for name in levels.LEVELS if levels.works(name)]
CLOSED = [name for name in HERE if name in levels.CLOSED]
SMALL = Limits(wall=20, total=30, processes=40, memory=1024**3, disk=40 * 1024**2, file=20 * 1024**2)
BOMB = "import os, time\nend = time.time() + 6\nwhile time.time() < end:\n    try: os.fork()\n    except OSError: time.sleep(0.01)"
CHILDREN = (
    "import subprocess, sys, time\nend = time.time() + 8\n"
    "code = 'import time; data = bytearray(300 * 1024**2); time.sleep(8)'\n"
    "while time.time() < end: subprocess.Popen([sys.executable, '-c', code]); time.sleep(0.1)"
)
DAEMON = (
    "import os, sys, time\nfor _ in range(3):\n    if os.fork(): os._exit(0)\n    os.setsid()\n"
    "os.closerange(0, 50)\ntime.sleep(30)"
)


@pytest.fixture(params=HERE)
def level(request: pytest.FixtureRequest) -> str:
    """Each level that works here."""
    return str(request.param)


def run(level: str, code: str, limits: Limits = SMALL) -> TestRun:
    """One Python program in an empty tree; nothing of it may be left, no process and no file."""
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    with open_workspace(tar_of({}), limits, level) as workspace:
        done = workspace.run(("python", "-c", code, mark))
        left = running_with(mark)
        root = workspace._root
    assert left == []
    assert not root.exists()
    return done


@pytest.mark.parametrize(
    ("code", "limits", "stopped"),
    [
        ("while True: pass", Limits(wall=1), "wall"),
        ("while True: pass", Limits(wall=20, cpu=1), "cpu"),
        ("import signal; signal.signal(24, signal.SIG_IGN)\nwhile True: pass", Limits(wall=20, cpu=1), "cpu"),
        ("import os, time\nfor _ in range(3): os.fork()\nwhile True: pass", Limits(wall=20, cpu=2), "cpu"),
        ("while True: print('x' * 9999)", Limits(wall=20, output=10_000), "output"),
        ("import os\nn = 0\nwhile True: open(str(n), 'w').write('x' * 10**6); n += 1", SMALL, "disk"),
        (CHILDREN, SMALL, "memory"),
        (
            "import subprocess\nfor _ in range(99): subprocess.Popen(['sleep', '9'])\nimport time; time.sleep(9)",
            SMALL,
            "processes",
        ),
    ],
)
def test_what_has_no_end_is_stopped(level: str, code: str, limits: Limits, stopped: str) -> None:
    done = run(level, code, limits)

    if stopped == "processes" and done.limit is None:
        # The kernel refused the process before we saw too many.
        assert "Resource temporarily unavailable" in done.output
        return
    assert (done.exit_code, done.limit) == (None, stopped)


def test_a_fork_bomb_is_stopped(level: str) -> None:
    began = time.monotonic()
    done = run(level, BOMB)

    assert done.exit_code in (None, 0)
    assert time.monotonic() - began < 40


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("bytearray(8 * 1024**3)", "MemoryError"),
        ("f = open('big', 'wb')\nfor _ in range(10 * 1024): f.write(b'x' * 1024**2)", "File too large"),
        (
            "import os; f = os.open('big', os.O_CREAT | os.O_RDWR); os.truncate('big', 10**10)",
            "File too large",
        ),
    ],
)
def test_memory_and_files_are_limited(level: str, code: str, said: str) -> None:
    done = run(level, code)

    assert done.exit_code == 1
    assert said in done.output


@pytest.mark.loopback
@pytest.mark.parametrize("kind", ["socket.SOCK_STREAM", "socket.SOCK_DGRAM"])
def test_nothing_of_this_machine_can_be_reached(level: str, kind: str) -> None:
    if level not in levels.CLOSED and "seccomp" not in levels.describe(level):
        pytest.skip("the network is not cut off at this level, and it says so")
    family = getattr(socket, kind.rpartition(".")[2])
    with socket.socket(socket.AF_INET, family) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(1)
        if family is socket.SOCK_STREAM:
            server.listen()
        port = server.getsockname()[1]
        code = (
            f"import socket; s = socket.socket(socket.AF_INET, {kind}); s.settimeout(1)\n"
            f"s.connect(('127.0.0.1', {port})); s.send(b'x'); print('it was ' + 'sent')"
        )
        done = run(level, code)
        with pytest.raises(TimeoutError):
            server.recv(1) if family is socket.SOCK_DGRAM else server.accept()

    assert family is socket.SOCK_DGRAM or (done.exit_code == 1 and "it was sent" not in done.output)


@pytest.mark.loopback
@pytest.mark.parametrize("name", ["/run/tracemend-test.sock", "\0tracemend-test"])
def test_no_socket_of_another_program_can_be_reached(name: str, tmp_path: Path) -> None:
    place = name if name.startswith("\0") else str(tmp_path / "s.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(place)
        server.listen()
        code = f"import socket; socket.socket(socket.AF_UNIX).connect({place!r}); print('connected' + '!')"
        done = [run(each, code) for each in CLOSED if each != "confined" or name.startswith("\0")]

    assert [each.exit_code for each in done] == [1] * len(done)


def test_the_environment_of_others_is_not_shown(level: str) -> None:
    own = f"/proc/{os.getpid()}/environ"
    code = (
        "import glob\n"
        f"for path in ['/proc/1/environ', {own!r}, *glob.glob('/proc/[0-9]*/environ')]:\n"
        "    try: print(open(path, 'rb').read())\n"
        "    except OSError as error: print(error.strerror)"
    )
    done = run(level, code)

    assert "PYTEST_CURRENT_TEST" not in done.output
    # Without a namespace of its own it sees what else the user runs that it is.
    if level in levels.CLOSED or os.geteuid() == 0:
        assert os.environ["PATH"] not in done.output


def test_it_has_no_rights_at_any_level(level: str) -> None:
    code = (
        "import os\nprint(os.geteuid())\n"
        "for line in open('/proc/self/status'):\n    if line.startswith(('CapPrm', 'NoNewPrivs')): print(line.split()[1])"
    )
    user, rights, _ = run(level, code).output.split()

    assert user != "0"
    # At most to read what others may not: Landlock says what that is, or the level that files are not cut off.
    assert int(rights, 16) in ({0} if level in {"bwrap", "unshare"} else {0, 1 << 2})


def test_the_environment_holds_no_secret(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TOKEN", "do-not-show")

    assert "do-not-show" not in run(level, "import os; print(dict(os.environ))").output


# Ids without numbers: workers that share the tests have to see the same names.
@pytest.mark.parametrize(
    "aim",
    [
        pytest.param("os.getppid()", id="its parent"),
        pytest.param("-os.getppid()", id="its parent's group"),
        pytest.param("1", id="the first"),
        pytest.param("-1", id="everybody"),
        pytest.param(str(os.getpid()), id="us"),
        pytest.param(str(-os.getpgid(0)), id="our group"),
        pytest.param("0", id="its own group"),
        pytest.param(str(os.getppid()), id="our parent"),
    ],
)
def test_nothing_outside_can_be_ended(level: str, aim: str) -> None:
    if level == "limits" and "seccomp" not in levels.describe(level):
        pytest.skip("nothing keeps a signal in at this level: it would end this test")
    code = (
        f"import os\ntry: os.kill({aim}, 9)\nexcept OSError as error: print(error.strerror)\nprint('alive')"
    )
    done = run(level, code)

    # Its own group it may end; then it ends itself.
    assert "alive" in done.output or (aim == "0" and done.exit_code != 0)
    assert done.limit is None


def test_daemons_are_ended(level: str) -> None:
    began = time.monotonic()
    done = run(level, DAEMON)

    assert done.exit_code == 0
    assert time.monotonic() - began < 15


def test_only_the_tree_can_be_written(tmp_path: Path) -> None:
    outside = [
        tmp_path / "x",
        Path.home() / ".tracemend-test",
        Path("/etc/tracemend-test"),
        Path("/dev/shm/t-test"),  # noqa: S108
    ]
    code = "import sys\n" + "\n".join(
        f"try: open({str(each)!r}, 'w').write('x')\nexcept OSError: pass" for each in outside
    )
    for each in CLOSED:
        assert run(each, code).exit_code == 0

    assert [path for path in outside if path.exists()] == []


def test_the_files_of_people_cannot_be_read(tmp_path: Path) -> None:
    secret = tmp_path / "credentials"
    secret.write_text("do-not-show")
    code = f"import pathlib; print(pathlib.Path({str(secret)!r}).read_text())"

    for each in CLOSED:
        assert "do-not-show" not in run(each, code).output


def test_a_link_is_not_followed_out_of_the_tree(level: str, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    code = f"import os; os.symlink({str(victim)!r}, 'tests'); os.symlink({str(victim / 'f')!r}, 'f'); os.mkfifo('p')"
    with open_workspace(tar_of({}), SMALL, level) as workspace:
        assert workspace.run(("python", "-c", code)).exit_code == 0
        with pytest.raises(PatchRefused):
            workspace.write("tests/test_x.py", b"x")
        workspace.write("f", b"x")
        workspace.write("p", b"x")

    assert list(victim.iterdir()) == []


@pytest.mark.parametrize("path", ["../out.py", "/tmp/out.py", "tests/../../out.py"])  # noqa: S108
def test_nothing_is_written_outside_the_tree(path: str) -> None:
    with open_workspace(tar_of({})) as workspace, pytest.raises(PatchRefused):
        workspace.write(path, b"x")


def test_what_cannot_be_deleted_is_deleted(level: str) -> None:
    code = (
        "import os\nfor _ in range(1500): os.mkdir('d' * 20); os.chdir('d' * 20)\n"
        "open('x', 'w'); os.chmod('.', 0)"
    )

    assert run(level, code).exit_code == 0


def test_a_program_that_is_missing_says_so(level: str) -> None:
    with open_workspace(tar_of({}), SMALL, level) as workspace:
        done = workspace.run(("no-such-program",))

    assert (done.exit_code, done.output) == (127, "no-such-program: No such file or directory\n")


def test_all_runs_together_have_an_end(level: str) -> None:
    with open_workspace(tar_of({}), Limits(wall=20, total=2), level) as workspace:
        runs = [workspace.run((sys.executable, "-c", "import time; time.sleep(9)")) for _ in range(2)]

    assert [(each.exit_code, each.limit) for each in runs] == [(None, "wall")] * 2
    assert sum(each.seconds for each in runs) < 10
