"""The image built on a Debian base, and its functions under the real Runtime Interface Emulator."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

ROOT = Path(__file__).parents[3]
WORK = ROOT / "build" / "image"
BASE = "localhost/tracemend-base"
BUILDER = {"STORAGE_DRIVER": "overlay", "BUILDAH_ISOLATION": "chroot"}
LIMITS = {"AWS_LAMBDA_FUNCTION_TIMEOUT": "300", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"}
NEEDED = ("buildah", "debootstrap")
BASE_PACKAGES = "python3,python3-pip,git,ca-certificates"
INVOKE = "/2015-03-31/functions/function/invocations"
INSIDE_CERTIFICATES = "/run/build-ca.crt"


def missing() -> str:
    """What stands in the way of a build here; empty when nothing does."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if os.geteuid() != 0:
        return "building in a chroot needs root"
    return f"not installed: {', '.join(absent)}" if absent else ""


def build_base() -> None:
    """A minimal Debian with Python and git; kept between runs."""
    if _run("buildah", "inspect", "--type", "image", BASE, check=False).returncode == 0:
        return
    shutil.rmtree(WORK / "base", ignore_errors=True)
    root = WORK / "base" / "root"
    root.mkdir(parents=True)
    _run("debootstrap", "--variant=minbase", f"--include={BASE_PACKAGES}", "bookworm", str(root))
    _run("tar", "-C", str(root), "-cf", str(WORK / "base" / "base.tar"), ".")
    shutil.rmtree(root)
    (WORK / "base" / "Dockerfile").write_text("FROM scratch\nADD base.tar /\n", encoding="utf-8")
    _run("buildah", "build", "--quiet", "--tag", BASE, str(WORK / "base"))
    shutil.rmtree(WORK / "base")


def build(target: str, tag: str) -> None:
    """One target of the Dockerfile, by the script behind `make image`."""
    certificates = os.environ.get("PIP_CERT")
    extra = ["--build-arg", f"PIP_CERT={INSIDE_CERTIFICATES}"] if certificates else []
    extra += ["--volume", f"{certificates}:{INSIDE_CERTIFICATES}:ro"] if certificates else []
    _run(str(ROOT / "infra/image/build.sh"), *extra, environment={"BASE": BASE, "TARGET": target, "TAG": tag})


def image_bytes(tag: str) -> int:
    """The image's size without its base, uncompressed."""
    sizes = [json.loads(_run("buildah", "inspect", "--type", "image", name).stdout) for name in (tag, BASE)]
    layers = [len(size["OCIv1"]["rootfs"]["diff_ids"]) for size in sizes]
    listed = json.loads(_run("buildah", "images", "--json").stdout)
    by_name = {name: entry["size"] for entry in listed for name in entry["names"]}
    assert layers[0] > layers[1]
    return _bytes(by_name[f"{tag}:latest"]) - _bytes(by_name[f"{BASE}:latest"])


def emulator() -> Path:
    """The emulator's binary, taken once out of the wheel that carries it."""
    found = WORK / "rie" / "samcli" / "local" / "rapid" / "aws-lambda-rie-x86_64"
    if not found.exists():
        lock = ROOT / "infra/image/rie.lock"
        options = ("--quiet", "--no-deps", "--require-hashes", "--target", str(WORK / "rie"))
        _run(sys.executable, "-m", "pip", "install", *options, "-r", str(lock))
    found.chmod(0o755)
    return found


class Container:
    """One function of the image under the emulator; a context manager.

    `volumes` are folders of this machine by their place in the container.
    """

    def __init__(
        self,
        tag: str,
        handler: str,
        environment: Mapping[str, str],
        volumes: Mapping[str, Path] | None = None,
    ) -> None:
        self._ports = _free_port(), _free_port()
        self._name = _run("buildah", "from", tag).stdout.strip()
        runtime = f"127.0.0.1:{self._ports[1]}"
        inside = {
            **environment,
            **LIMITS,
            "AWS_LAMBDA_RUNTIME_API": runtime,
            "AWS_LAMBDA_FUNCTION_NAME": handler,
        }
        command = [
            *("buildah", "run"),
            *(f"--env={name}={value}" for name, value in inside.items()),
            *(f"--volume={there}:{place}" for place, there in (volumes or {}).items()),
            *(self._name, "--", "/usr/local/bin/tracemend-entrypoint"),
            f"lambda_image.handlers.{handler}.handler",
        ]
        self._process = subprocess.Popen(
            [
                str(emulator()),
                f"--runtime-interface-emulator-address=127.0.0.1:{self._ports[0]}",
                f"--runtime-api-address={runtime}",
                "--log-level=error",
                *command,
            ],
            env={
                **os.environ,
                **BUILDER,
                "AWS_LAMBDA_FUNCTION_NAME": handler,
                "AWS_LAMBDA_FUNCTION_TIMEOUT": "300",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def url(self) -> str:
        """AWS_ENDPOINT_URL_LAMBDA for a client that invokes this function under the name `function`."""
        return f"http://127.0.0.1:{self._ports[0]}"

    def invoke(self, event: Any) -> tuple[Any, float]:
        """The function's answer, and the seconds that it took."""
        self._wait_for_port()
        start = time.perf_counter()
        answer = requests.post(self.url + INVOKE, json=event, timeout=300)
        return answer.json(), time.perf_counter() - start

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        _run("buildah", "rm", self._name)

    def _wait_for_port(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._ports[0])) == 0:
                    return
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _bytes(size: str) -> int:
    number, unit = size.split()
    return int(float(number) * {"KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}[unit])


def _run(
    *command: str, check: bool = True, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        env={**os.environ, **BUILDER, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, (
        f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    )
    return done
