"""The proof on a real tree in a real sandbox, and what hostile code can do there."""

from __future__ import annotations

import io
import json
import socket
import tarfile
from pathlib import Path

import pytest

from lambda_image.adapters.sandbox.workspace import open_workspace
from lambda_image.adapters.verifier import LocalVerifier, packed, unpacked
from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import FileChange, Patch, Reproduction, VerifyRequest
from lambda_image.steps.verify import certify

BUGGY = b"def mean(values):\n    return sum(values) / len(values)\n"
FIXED = b"def mean(values):\n    return sum(values) / len(values) if values else 0\n"
TRACE = (
    'Traceback (most recent call last):\n  File "/var/task/shop.py", line 2, in mean\n'
    "    return sum(values) / len(values)\nZeroDivisionError: division by zero"
)
REPRODUCTION = Reproduction(
    "tests/test_repro.py", "from shop import mean\n\n\ndef test_empty():\n    assert mean([]) == 0\n"
)
namespaces = pytest.mark.skipif(mode() == "limits", reason="needs bubblewrap or Linux namespaces")


def tree(**files: bytes) -> bytes:
    """A tar of a small repository with a passing test."""
    content = {
        "shop.py": BUGGY,
        "tests/test_shop.py": b"from shop import mean\n\n\ndef test_mean():\n    assert mean([1, 3]) == 2\n",
        **files,
    }
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return target.getvalue()


def patch(content: bytes) -> Patch:
    """A patch that replaces the program."""
    return Patch("team/shop", "c" * 40, "diff", (FileChange("shop.py", content),))


def request(content: bytes | None, reproduction: Reproduction | None = REPRODUCTION) -> VerifyRequest:
    """What is to be proved."""
    return VerifyRequest(
        tree(), patch(content) if content else None, reproduction, TRACE, "ZeroDivisionError"
    )


def test_red_before_and_green_after_is_a_proof() -> None:
    proof = LocalVerifier(open_workspace).prove(request(FIXED))

    assert (proof.verdict, proof.reasons, proof.newly_red) == ("proved", (), ())
    assert proof.red is not None
    assert proof.red.failed == ("tests/test_repro.py::test_empty",)
    assert proof.green is not None
    assert (proof.green.passed, proof.green.failed) == (2, ())
    assert certify(patch(FIXED), proof, REPRODUCTION).proof is proof


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BUGGY + b"# no change\n", "still fails"),
        (b"def mean(values):\n    return 0\n", "breaks tests/test_shop.py::test_mean"),
        (b"def mean(values:\n", "not valid Python"),
    ],
)
def test_a_patch_that_does_not_mend_is_refused(content: bytes, reason: str) -> None:
    proof = LocalVerifier(open_workspace).prove(request(content))

    assert proof.verdict != "proved"
    assert reason in " ".join(proof.reasons)
    with pytest.raises(PatchRefused):
        certify(patch(content), proof, REPRODUCTION)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def test_x():\n    assert 1 == 1\n", "does not fail"),
        ("def test_x():\n    {}['k']\n", "not with ZeroDivisionError"),
        ("def test_x():\n    1 / 0\n", "not with ZeroDivisionError in the same function"),
    ],
)
def test_a_reproduction_must_fail_for_the_logged_reason(code: str, reason: str) -> None:
    proof = LocalVerifier(open_workspace).prove(request(None, Reproduction("tests/test_repro.py", code)))

    assert proof.verdict == "not proved"
    assert reason in proof.reasons[0]


def test_without_a_failing_test_nothing_is_proved() -> None:
    assert LocalVerifier(open_workspace).prove(request(FIXED, None)).verdict == "not proved"


def test_the_functions_event_comes_back() -> None:
    assert unpacked(json.loads(packed(request(FIXED)))) == request(FIXED)


@pytest.mark.parametrize(
    ("code", "limits", "stopped"),
    [
        ("while True: pass", Limits(wall=1), "wall"),
        ("while True: pass", Limits(wall=20, cpu=1), "cpu"),
        ("while True: print('x' * 9999)", Limits(wall=20, output=10_000), "output"),
    ],
)
def test_programs_without_end_are_stopped(code: str, limits: Limits, stopped: str) -> None:
    with open_workspace(tree(), limits) as workspace:
        run = workspace.run(("python", "-c", code))

    assert (run.exit_code, run.limit) == (None, stopped)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("bytearray(4 * 1024**3)", "MemoryError"),
        ("open('big', 'wb').write(b'x' * 10**8)", "File too large"),
    ],
)
def test_memory_and_files_are_limited(code: str, said: str) -> None:
    with open_workspace(tree()) as workspace:
        run = workspace.run(("python", "-c", code))

    assert run.exit_code == 1
    assert said in run.output


@namespaces
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("open('/etc/tracemend', 'w')", "Read-only file system"),
        ("import os; os.kill(os.getppid(), 9); print('alive')", "alive"),
    ],
)
def test_the_world_outside_is_cut_off(code: str, said: str) -> None:
    with open_workspace(tree()) as workspace:
        assert said in workspace.run(("python", "-c", code)).output


@namespaces
@pytest.mark.loopback
def test_a_server_on_this_machine_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, open_workspace(tree()) as workspace:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 1); print('connected')"
        run = workspace.run(("python", "-c", code))

    assert run.exit_code == 1
    assert "connected" not in run.output.splitlines()


@namespaces
def test_no_process_is_left_behind(tmp_path: Path) -> None:
    mark = f"left-behind-{tmp_path.name}"
    code = f"import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(600)  # {mark}"
    with open_workspace(tree(), Limits(wall=5)) as workspace:
        workspace.run(("python", "-c", code))
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if mark.encode() in _read(path)]

    assert left == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_the_environment_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TOKEN", "do-not-show")
    with open_workspace(tree()) as workspace:
        run = workspace.run(("python", "-c", "import os; print(dict(os.environ))"))

    assert "do-not-show" not in run.output


@pytest.mark.parametrize("path", ["../out.py", "/tmp/out.py", "tests/../../out.py"])  # noqa: S108
def test_nothing_is_written_outside_the_tree(path: str) -> None:
    with open_workspace(tree()) as workspace, pytest.raises(PatchRefused):
        workspace.write(path, b"x")


def test_links_out_of_the_tree_are_not_followed() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        info = tarfile.TarInfo("escape")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(info)

    with pytest.raises(PatchRefused), open_workspace(target.getvalue()):
        pass
