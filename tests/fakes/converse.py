"""The wire of Bedrock's Converse on loopback, answered by a function of the test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from infra.local.served import Served


@dataclass(frozen=True)
class Refusal:
    """An error as Bedrock sends it."""

    code: str
    status: int = 400
    message: str = "refused by the test"


@dataclass(frozen=True)
class Said:
    """A model's message: content blocks, stop reason, and what the endpoint adds about itself."""

    content: tuple[dict[str, Any], ...]
    stop: str = "end_turn"
    engine: dict[str, str] = field(default_factory=dict)


def text(words: str, stop: str = "end_turn") -> Said:
    """A message of text alone."""
    return Said(({"text": words},), stop)


Script = Callable[[str, dict[str, Any]], Said | Refusal]


class ConverseWire(Served):
    """Serves while the context is open; `requests` are (model id, body)."""

    def __init__(self, script: Script) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model = unquote(self.path.split("/")[2])
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                wire.requests.append((model, body))
                wire._answer(self, script(model, body))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _answer(self, handler: BaseHTTPRequestHandler, said: Said | Refusal) -> None:
        if isinstance(said, Refusal):
            status, body = said.status, {"message": said.message}
        else:
            status, body = 200, _body(said)
        data = json.dumps(body).encode()
        handler.send_response(status)
        if isinstance(said, Refusal):
            handler.send_header("x-amzn-ErrorType", said.code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)


def _body(said: Said) -> dict[str, Any]:
    body: dict[str, Any] = {
        "output": {"message": {"role": "assistant", "content": list(said.content)}},
        "stopReason": said.stop,
        "usage": {"inputTokens": 11, "outputTokens": 7, "totalTokens": 18},
        "metrics": {"latencyMs": 5},
    }
    return {**body, "additionalModelResponseFields": {"engine": said.engine}} if said.engine else body
