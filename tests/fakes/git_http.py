"""A git server over HTTP on loopback: git's own http-backend behind a token, as code hosts serve clones."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.served import Served


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    authorization: str


class GitHttp(Served):
    """Serves the repositories below `root` to whoever sends `authorization`, while the context is open.

    It is the header's text, or judges it. Who may read may push.
    """

    def __init__(self, root: Path, authorization: str | Callable[[str], bool] = "") -> None:
        self.asked: list[Asked] = []
        asked = self.asked
        allowed = authorization if callable(authorization) else lambda given: given == authorization

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                given = self.headers.get("Authorization", "")
                asked.append(Asked(self.command, self.path, given))
                if not allowed(given):
                    self.send_error(401)
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                head, _, content = _backend(root, self, body).partition(b"\r\n\r\n")
                fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
                self.send_response(int(fields.pop("Status", "200").split()[0]))
                for name, value in fields.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET  # noqa: N815 - the name that http.server calls

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port


def _backend(root: Path, request: BaseHTTPRequestHandler, body: bytes) -> bytes:
    path, _, query = request.path.partition("?")
    surroundings = {
        "PATH": os.defpath,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        # Whoever is known may push.
        "REMOTE_USER": "ada",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.command,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
    }
    return subprocess.run(
        ["git", "http-backend"], env=surroundings, input=body, capture_output=True, check=True
    ).stdout
