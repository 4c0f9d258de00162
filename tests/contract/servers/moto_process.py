"""moto's server in a process of its own, so that it shares no interpreter lock with what it is used by."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

PATIENCE = 60.0


@contextmanager
def moto_process() -> Iterator[str]:
    """The endpoint of a server that ends with the block. Raises TimeoutError when it does not answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _answering(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(10)


def _answering(endpoint: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urlopen(f"{endpoint}/moto-api/", timeout=1).close()  # noqa: S310 - loopback, our own server
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return endpoint
    raise TimeoutError(f"moto did not answer within {PATIENCE:.0f} s")
