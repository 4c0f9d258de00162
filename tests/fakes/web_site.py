"""A web server on loopback whose every answer a test decides."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from infra.local.served import Served


@dataclass
class Reply:
    """What is sent; `body` may be endless parts. `headers` replace the usual ones."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request; `target` is path and query."""

    target: str
    headers: Mapping[str, str]


Answer = Callable[[Asked], Reply]


def html(body: str, title: str = "", head: str = "", **headers: str) -> Reply:
    """A page."""
    text = f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(text.encode(), headers={"Content-Type": "text/html; charset=utf-8", **named})


class WebSite(Served):
    """Serves `pages`, by path and query or else by path, while the context is open; 404 for the others."""

    def __init__(
        self, pages: Mapping[str, Reply | Answer] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.pages: dict[str, Reply | Answer] = dict(pages or {})
        self.asked: list[Asked] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()})
                site.asked.append(asked)
                try:
                    _send(self, site.reply(asked))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"http://{host}:{self.port}{path}"

    def reply(self, asked: Asked) -> Reply:
        """What this request gets."""
        found = self.pages.get(asked.target) or self.pages.get(urlsplit(asked.target).path)
        if found is None:
            return Reply(b"no such page", 404, {"Content-Type": "text/plain"})
        return found(asked) if callable(found) else found

    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [each.target for each in self.asked]


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if isinstance(reply.body, bytes):
        if "Content-Length" not in reply.headers:
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)
        return
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True
    for part in reply.body:
        handler.wfile.write(part)
        handler.wfile.flush()
