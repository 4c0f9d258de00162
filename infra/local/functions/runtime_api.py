"""The Lambda Runtime API, version 2018-06-01, for one process.

Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import contextlib
import re
import socket
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from queue import SimpleQueue
from typing import ClassVar

from infra.local.functions.loopback import LoopbackServer, QuietHandler
from infra.local.functions.spec import SYNC_LIMIT, Invocation

PREFIX = "/2018-06-01/runtime"
RESULT_PATH = re.compile(rf"^{PREFIX}/invocation/([^/]+)/(response|error)$")
TOO_LARGE = b'{"errorMessage": "Exceeded maximum allowed payload size", "errorType": "RequestEntityTooLarge"}'
UNKNOWN_REQUEST = b'{"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}'
ACCEPTED = b'{"status": "OK"}'


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has imported its handler and asks for work."""


@dataclass(frozen=True, slots=True)
class InitFailed:
    """The process could not start; `payload` is its error object."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """The handler returned (`ok`) or raised; `payload` is its JSON, None when that was too large."""

    ok: bool
    payload: bytes | None


Report = Ready | InitFailed | Answered


class RuntimeApi:
    """Serves one process; what the process says is queued in `reports`, and a byte is sent to `waker`."""

    def __init__(self, waker: socket.socket, arn: str) -> None:
        self.reports: SimpleQueue[Report] = SimpleQueue()
        self.request_id = ""
        self._waker = waker
        self._arn = arn
        self._work: SimpleQueue[tuple[Invocation, int] | None] = SimpleQueue()
        self._server = LoopbackServer(_bound(self), "runtime-api")

    @property
    def address(self) -> str:
        """AWS_LAMBDA_RUNTIME_API."""
        return self._server.address

    def submit(self, invocation: Invocation, deadline_ms: int) -> None:
        """Give the process something to do until `deadline_ms` (milliseconds since 1970)."""
        self.request_id = invocation.request_id
        self._work.put((invocation, deadline_ms))

    def close(self) -> None:
        """Let go of a process that waits for work."""
        self._work.put(None)
        self._server.close()

    def report(self, report: Report) -> None:
        """Tell the sandbox."""
        self.reports.put(report)
        with contextlib.suppress(OSError):  # closed: nobody waits any more
            self._waker.send(b"!")

    def next_headers(self) -> tuple[bytes, dict[str, str]] | None:
        """Wait for work: its payload and headers, or None when there will be none."""
        work = self._work.get()
        if work is None:
            return None
        invocation, deadline_ms = work
        return invocation.payload, {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }


class _RuntimeHandler(QuietHandler):
    api: ClassVar[RuntimeApi]

    def respond(self) -> None:
        if self.command == "GET" and self.path == f"{PREFIX}/invocation/next":
            return self._next()
        return self._take(self.body())

    def _next(self) -> None:
        self.api.report(Ready())
        work = self.api.next_headers()
        if work is None:
            self.close_connection = True
            return None
        return self.answer(200, *work)

    def _take(self, payload: bytes) -> None:
        if self.path == f"{PREFIX}/init/error":
            self.api.report(InitFailed(payload))
            return self.answer(202, ACCEPTED)
        found = RESULT_PATH.match(self.path)
        if not found:
            return self.answer(404)
        if found[1] != self.api.request_id:
            return self.answer(400, UNKNOWN_REQUEST)
        fits = len(payload) <= SYNC_LIMIT
        self.api.report(Answered(found[2] == "response", payload if fits else None))
        return self.answer(202, ACCEPTED) if fits else self.answer(413, TOO_LARGE)


def _bound(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    return type("_BoundRuntimeHandler", (_RuntimeHandler,), {"api": api})
