"""One function in a container of the image, under the real Runtime Interface Emulator."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from tests.infra.image.build import SURROUNDINGS, emulator, emulators, run

INVOKE = "/2015-03-31/functions/function/invocations"
LIMITS = {"AWS_LAMBDA_FUNCTION_TIMEOUT": "300", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"}
READY_SECONDS = 60
USER = "1000"


class Container:
    """A context manager. `handler` is `module.function`, `volumes` are folders here by their place inside."""

    def __init__(
        self,
        tag: str,
        handler: str,
        environment: Mapping[str, str] | None = None,
        volumes: Mapping[str, Path] | None = None,
    ) -> None:
        self._handler = handler
        self._environment = {**(environment or {}), **LIMITS, "AWS_LAMBDA_FUNCTION_NAME": "function"}
        self._volumes = {"/opt/rie": emulators(), **(volumes or {})}
        self._port, self._runtime_port = _free_port(), _free_port()
        self._name = run("buildah", "from", tag).stdout.strip()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit
        self._process = subprocess.Popen(
            self._command(),
            env={**os.environ, **SURROUNDINGS},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """AWS_ENDPOINT_URL_LAMBDA for a client that invokes this function under the name `function`."""
        return f"http://127.0.0.1:{self._port}"

    def invoke(self, event: Any) -> tuple[Any, float]:
        """The function's answer, and the seconds that it took; with the first one the runtime starts."""
        self._wait()
        start = time.perf_counter()
        answer = requests.post(self.url + INVOKE, json=event, timeout=300)
        return answer.json(), time.perf_counter() - start

    def log(self) -> str:
        """What the function and the emulator have written so far."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")

    def written(self) -> list[str]:
        """Files that the function's user has made outside of /tmp."""
        root = Path(run("buildah", "mount", self._name).stdout.strip())
        left_out = ("-path", str(root / "tmp"), "-prune", "-o")
        owned = run("find", str(root), "-xdev", *left_out, "-user", USER, "-print")
        return owned.stdout.split()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=30)
        if error:
            error.add_note(f"the log of {self._handler}:\n{self.log()[-4_000:]}")
        self._log.close()
        run("buildah", "rm", self._name)

    def _command(self) -> list[str]:
        return [
            *("buildah", "run"),
            *(f"--env={name}={value}" for name, value in self._environment.items()),
            *(f"--volume={there}:{place}:ro" for place, there in self._volumes.items()),
            *(self._name, "--", f"/opt/rie/{emulator()}", "--log-level=error"),
            f"--runtime-interface-emulator-address=127.0.0.1:{self._port}",
            f"--runtime-api-address=127.0.0.1:{self._runtime_port}",
            *("/usr/local/bin/tracemend-entrypoint", self._handler),
        ]

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError(f"the emulator did not start: {self.log()[-2_000:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
