"""A forwarding proxy between one process and one upstream: each request is named, counted, maybe the last."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable
from typing import ClassVar
from urllib.parse import urlsplit

from infra.local.functions.faults import Moment
from infra.local.functions.loopback import LoopbackServer, QuietHandler

CHUNK = 64 * 1024
UPSTREAM_SECONDS = 900  # the longest that a function may live, so the function gives up first
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "expect"})
ACTION = re.compile(rb"(?:^|&)(Action=\w+)")

Register = Callable[[str], Moment | None]
"""Takes the name of an operation; says when the caller has to die."""


class Tap:
    """Listens on `url` and forwards to `upstream` (`http://host:port`), which sees the tap's host name.

    `register` is asked once a request has been read; `kill` ends the process that sent it.
    """

    def __init__(self, upstream: str, register: Register, kill: Callable[[], None]) -> None:
        self.upstream = upstream
        self.netloc = urlsplit(upstream).netloc
        self.register = register
        self.kill = kill
        self._server = LoopbackServer(type("_BoundTap", (_TapHandler,), {"tap": self}), "tap")

    @property
    def url(self) -> str:
        """What the function is told instead of the upstream."""
        return f"http://{self._server.address}"

    def close(self) -> None:
        """Forward nothing more."""
        self._server.close()


def operation(method: str, path: str, target: str, body: bytes) -> str:
    """The name under which a request is counted."""
    action = ACTION.search(body[:CHUNK])
    return target or (action[1].decode() if action else f"{method} {urlsplit(path).path}")


class _TapHandler(QuietHandler):
    tap: ClassVar[Tap]

    def respond(self) -> None:
        body = self.body()
        name = operation(self.command, self.path, self.headers.get("X-Amz-Target", ""), body)
        moment = self.tap.register(name)
        if moment == "before":
            return self._end_caller()
        upstream = http.client.HTTPConnection(self.tap.netloc, timeout=UPSTREAM_SECONDS)
        try:
            answer = self._forward(upstream, body)
            if moment == "after":
                answer.read()
                return self._end_caller()
            self._relay(answer)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
        finally:
            upstream.close()
        return None

    def _end_caller(self) -> None:
        self.tap.kill()
        self.close_connection = True

    def _forward(self, upstream: http.client.HTTPConnection, body: bytes) -> http.client.HTTPResponse:
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                upstream.putheader(name, value)
        if body or self.command in {"POST", "PUT", "PATCH"}:
            upstream.putheader("Content-Length", str(len(body)))
        upstream.endheaders(body)
        return upstream.getresponse()

    def _relay(self, answer: http.client.HTTPResponse) -> None:
        """Pass the answer on as it comes: a streamed one (Converse) has no length."""
        length = answer.getheader("Content-Length")
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        bodiless = self.command == "HEAD" or answer.status in {204, 304}
        if length is not None:
            self.send_header("Content-Length", length)
        elif not bodiless:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not bodiless and (part := answer.read1(CHUNK)):
            self.wfile.write(part if length is not None else b"%x\r\n%b\r\n" % (len(part), part))
        if length is None and not bodiless:
            self.wfile.write(b"0\r\n\r\n")
