"""One Python process that runs a function: its command, its whole environment, its pipes, its end."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.functions.output import Frames, Lines
from infra.local.functions.spec import FunctionSpec

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
STAND_IN = Path(__file__).with_name("stand_in_runtime.py")


class Process:
    """Starts on construction, in a session of its own, so that `kill` also takes its children."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], task_root: Path) -> None:
        output, telemetry = os.pipe(), os.pipe()
        self._fds = (output[0], telemetry[0])
        try:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                env={**environment, "_LAMBDA_TELEMETRY_LOG_FD": str(telemetry[1])},
                cwd=task_root,
                stdin=subprocess.DEVNULL,
                stdout=output[1],
                stderr=output[1],
                pass_fds=(telemetry[1],),
                start_new_session=True,
            )
        finally:
            os.close(output[1])
            os.close(telemetry[1])
        for fd in self._fds:
            os.set_blocking(fd, False)
        self.logs: tuple[Lines | Frames, ...] = (Lines(output[0]), Frames(telemetry[0]))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ending(self) -> str | None:
        """`exit status 3` or `signal: killed`, as Lambda words it; None while it lives."""
        code = self._process.poll()
        if code is None:
            return None
        return f"exit status {code}" if code >= 0 else f"signal: {signal.strsignal(-code) or -code}".lower()

    def kill(self) -> None:
        """End it and its children now. May be called at any time and from any thread."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End it and free its pipes."""
        self.kill()
        for fd in self._fds:
            os.close(fd)


def runtime() -> tuple[str, ...]:
    """Python's arguments that run a handler: AWS's own runtime where it can be imported."""
    if importlib.util.find_spec("awslambdaric") and importlib.util.find_spec("runtime_client"):
        return ("-m", "awslambdaric")
    warnings.warn(
        "awslambdaric cannot be imported here; functions run under a small stand-in for it", stacklevel=3
    )
    return ("-P", str(STAND_IN))


def environment(spec: FunctionSpec, api: str, stream: str, task_root: Path, scratch: Path) -> dict[str, str]:
    """Everything that the process will find in its environment: Lambda's own variables and the function's."""
    return {
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_REGION": spec.region,
        **spec.environment,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_RUNTIME_API": api,
        "HOME": str(scratch),
        "LAMBDA_TASK_ROOT": str(task_root),
        "LANG": "en_US.UTF-8",
        "PATH": f"{Path(sys.executable).parent}:{SYSTEM_PATH}",
        "PYTHONPATH": str(task_root),
        "TMPDIR": str(scratch),
        "TZ": ":UTC",
        "_HANDLER": spec.handler,
    }
