"""The lines that Lambda itself adds to a function's log."""

from __future__ import annotations

import math
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from infra.local.functions.spec import FunctionSpec


def log_stream() -> str:
    """A new stream's name, as Lambda makes one for each process."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid4().hex}"


def init_start() -> str:
    """Before a process is started."""
    version = platform.python_version_tuple()
    return f"INIT_START Runtime Version: python:{version[0]}.{version[1]}.v{version[2]}\n"


def start(request_id: str) -> str:
    """Before an invocation."""
    return f"START RequestId: {request_id} Version: $LATEST\n"


def end(
    spec: FunctionSpec, request_id: str, seconds: float, init_seconds: float | None, memory_mb: int | None
) -> list[str]:
    """After an invocation: END and REPORT. Memory that could not be measured is left out."""
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {seconds * 1000:.2f} ms",
        f"Billed Duration: {math.ceil((seconds + (init_seconds or 0)) * 1000)} ms",
        f"Memory Size: {spec.memory_mb} MB",
    ]
    if memory_mb is not None:
        fields.append(f"Max Memory Used: {memory_mb} MB")
    if init_seconds is not None:
        fields.append(f"Init Duration: {init_seconds * 1000:.2f} ms")
    return [f"END RequestId: {request_id}\n", "\t".join(fields) + "\t\n"]


def peak_memory_mb(pid: int) -> int | None:
    """The most memory that a process has held, where the kernel tells."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return math.ceil(int(found[1]) / 1024) if found else None
