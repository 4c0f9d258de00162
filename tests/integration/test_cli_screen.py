"""The command as a process of its own: on a pipe, on a terminal, on a full disk, and when it is stopped."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

COMMAND = (sys.executable, "-c", "from lambda_image.cli import main; main()")
TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x\nNameError: x\n'


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """One command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin.encode(),
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


def test_people_read_the_text_as_it_is() -> None:
    text = "ERROR at app.c:100:5 in a[:x:]\tb [bold] \x1b[31mred  \n"
    ran = run("redact", stdin=text)

    assert ran.stdout.decode() == text


def test_a_log_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"ERROR \x1b]0;mine\x07 failed\n")
    ours, theirs = pty.openpty()
    subprocess.run([*COMMAND, "events", str(tmp_path / "log")], stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)

    assert b"\x1b" not in shown
    assert "\u241b]0;mine\u2407 failed" in shown.decode()


def test_a_terminal_without_the_letters_is_no_reason_to_stop() -> None:
    ran = run("redact", stdin="ERROR Größe ✓\n", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0")

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"ERROR Gr" in ran.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*COMMAND, "redact", "--json"], input=b"ERROR\n", stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert ran.returncode == 1
    assert ran.stderr == b"tracemend: [Errno 28] No space left on device. Free the disk, or write elsewhere\n"


def test_a_reader_who_has_seen_enough_is_no_mistake() -> None:
    with subprocess.Popen([*COMMAND, "redact"], stdin=-1, stdout=-1, stderr=-1) as command:
        assert command.stdin
        assert command.stdout
        assert command.stderr
        command.stdout.close()
        # The command ends as soon as it knows, perhaps before all of this was written.
        with suppress(BrokenPipeError):
            command.stdin.write(b"ERROR failed\n" * 20_000)
        with suppress(BrokenPipeError):
            command.stdin.close()

        assert command.stderr.read() == b""


# Stopped while it waits for its input, and while it is still being read: there in a place, as the import
# itself has them, that no exception leaves.
WAITING = "from lambda_image.cli import main; print('ready', flush=True); main()"
STARTING = """
import builtins, os, signal
imported = builtins.__import__
class Gone:
    def __del__(self):
        print("ready", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
def stopped(name, *rest, **named):
    if name == "lambda_image.cli":
        Gone()
    return imported(name, *rest, **named)
builtins.__import__ = stopped
from lambda_image.console import main
main()
"""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """In the background a shell lets its commands ignore Ctrl-C, and theirs would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("program", [WAITING, STARTING])
def test_a_stopped_command_says_nothing_more(program: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", program, "redact"], stdin=-1, stdout=-1, stderr=-1
    ) as command:
        assert command.stdout
        assert command.stdout.readline() == b"ready\n"
        time.sleep(1)
        command.send_signal(signal.SIGINT)
        _, said = command.communicate()

    assert (command.returncode, said.strip()) == (130, b"")


@pytest.mark.parametrize("weights", [b"no GGUF", b""])
def test_a_model_that_cannot_be_had_is_one_line(tmp_path: Path, weights: bytes) -> None:
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    if weights:
        (tmp_path / "model.gguf").write_bytes(weights)
        environment["TRACEMEND_MODEL"] = str(tmp_path / "model.gguf")
    else:
        (tmp_path / "tracemend").write_text("a file where the folder should be")
    ran = run("explain", "--engine", "llama", stdin=TRACE, **environment)

    assert (ran.returncode, ran.stdout) == (1, b"")
    assert b"cannot load" in ran.stderr if weights else b"Look at that path" in ran.stderr
    assert b"Traceback" not in ran.stderr
