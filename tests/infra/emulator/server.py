"""ministack on loopback: CloudFormation, Lambda and the rest, over TLS, with IAM's rules in force."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from lambda_image.settings import variable

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / "build" / "emulator" / "bin" / "python"
REGION = "eu-central-1"
# Its own account; whoever comes with these keys is root there.
ACCOUNT = "000000000000"
READY_SECONDS = 60


def missing() -> str:
    """What stands in the way of the emulator here; empty when nothing does."""
    if not PYTHON.exists():
        return "the emulator is not installed: make build/emulator/ready"
    if not shutil.which("openssl"):
        return "not installed: openssl, for the emulator's certificate"
    version = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_python_version())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if version != sysconfig.get_python_version():
        return f"the emulator was installed for Python {version}: remove build/emulator and install it again"
    return ""


class Emulator:
    """A process of its own, without this one's environment; it runs functions with our code and packages.

    `environment` is what the functions find besides what their template says, as they would find AWS itself.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._log = (folder / "emulator.log").open("wb")
        # Python reads PYTHONPATH in the functions; the emulator itself is isolated from it by -I.
        self._process = subprocess.Popen(
            [PYTHON, "-I", "-m", "ministack"],
            cwd=folder,
            env=self._environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def client(self, service: str) -> Any:
        """A client of the emulator with all rights."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=f"https://127.0.0.1:{self._port}",
            verify=str(self._folder / "ministack-tls" / "server.crt"),
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
        )

    def log(self) -> str:
        """What it has written so far."""
        return (self._folder / "emulator.log").read_text(encoding="utf-8", errors="replace")

    def __enter__(self) -> Self:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return self
            time.sleep(0.1)
        self._stop()
        raise TimeoutError(f"the emulator did not start: {self.log()[-2_000:]}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _environment(self) -> dict[str, str]:
        packages = (str(ROOT), sysconfig.get_path("purelib"))
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(packages),
            "TMPDIR": str(self._folder),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "GATEWAY_PORT": str(self._port),
            "LAMBDA_EXECUTOR": "local",
            "USE_SSL": "1",
            "AUTH": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            variable("cache_dir"): str(self._folder / "cache"),
        }

    def _stop(self) -> None:
        """At once, with the functions' processes: there is nothing to save."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
