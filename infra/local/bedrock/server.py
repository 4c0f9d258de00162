"""The endpoint: Converse and ConverseStream over HTTP on loopback, one engine behind it."""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from infra.local.bedrock.answer import Answer
from infra.local.bedrock.engines.engine import Engine
from infra.local.bedrock.errors import BedrockError
from infra.local.bedrock.eventstream import frame
from infra.local.bedrock.request import read_request
from infra.local.bedrock.service_model import converse_shape

HOST = "127.0.0.1"
LARGEST_BODY = 20 * 1024 * 1024  # bytes; far more than any prompt
EVENTS = "application/vnd.amazon.eventstream"
LOG = logging.getLogger(__name__)


class BedrockServer:
    """Bedrock Runtime at `.url` while the context is open; at its end the engine is closed.

    Any signature is good. A stream begins when the engine has finished, so that its failure is
    still an HTTP status.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        converse_shape()  # read now, or the first caller waits for it
        self._server = _Server((HOST, 0), self._engine)
        Thread(target=self._server.serve_forever, args=(0.05,), name="bedrock", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()
            self._engine.close()

    @property
    def url(self) -> str:
        """Where it listens; what goes into AWS_ENDPOINT_URL_BEDROCK_RUNTIME."""
        if not self._server:
            raise RuntimeError("the server has an address only inside its with block")
        return f"http://{HOST}:{self._server.server_port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], engine: Engine) -> None:
        self.engine = engine
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60  # for a request that never ends; an engine may take longer

    def do_POST(self) -> None:
        try:
            self._answer()
        except BedrockError as error:
            self._send_error(error)
        except (ConnectionError, TimeoutError) as gone:
            LOG.info("the client went away while it asked: %s", gone)
        except Exception:
            LOG.exception("the local Bedrock endpoint failed")
            self._send_error(
                BedrockError("InternalServerException", "The local endpoint failed; see its log.")
            )

    def do_GET(self) -> None:
        self._send_error(
            BedrockError("UnknownOperationException", "Only Converse and ConverseStream are served.")
        )

    def _answer(self) -> None:
        model_id, action = _target(self.path)
        body = self._body()
        request = read_request(model_id, body)
        engine = self.server.engine
        started = time.monotonic()
        completion = engine.complete(request.prompt)
        answer = Answer(
            completion=completion,
            tool=request.tool,
            engine={"name": engine.name, "model": engine.model},
            latency_ms=round((time.monotonic() - started) * 1000),
        )
        if action == "converse-stream":
            self._send(200, b"".join(frame(*event) for event in answer.events()), {"content-type": EVENTS})
        else:
            self._send(200, json.dumps(answer.response()).encode())

    def _body(self) -> bytes:
        length = self.headers.get("content-length", "")
        if not length.isdigit():
            raise BedrockError("SerializationException", "A request needs a content-length.")
        if int(length) > LARGEST_BODY:
            raise BedrockError("ValidationException", "The request is too large.")
        return self.rfile.read(int(length))

    def _send_error(self, error: BedrockError) -> None:
        body = json.dumps({"message": error.message}).encode()
        self._send(error.status, body, {"x-amzn-ErrorType": error.code})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """One whole response. The engine's name travels with each, errors included."""
        engine = self.server.engine
        named = {
            "content-type": "application/json",
            "x-amzn-requestid": str(uuid.uuid4()),
            "x-tracemend-engine": _header_value(f"{engine.name}; {engine.model}"),
            "content-length": str(len(body)),
            "connection": "close",
        }
        self.send_response(status)
        for name, value in (named | dict(headers or {})).items():
            self.send_header(name, value)
        try:
            self.end_headers()
            self.wfile.write(body)
        except (ConnectionError, TimeoutError) as gone:
            LOG.info("nobody waited for the answer: %s", gone)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in http.server
        LOG.debug(format, *args)


def _header_value(text: str) -> str:
    """Text that fits in a header, whatever a model file is called."""
    return "".join(each if " " <= each <= "~" else "?" for each in text)


def _target(path: str) -> tuple[str, str]:
    """Model id and action. The raw path is split before it is decoded: the slash of an ARN comes as %2F."""
    parts = urlsplit(path).path.split("/")
    if len(parts) != 4 or parts[:2] != ["", "model"] or parts[3] not in {"converse", "converse-stream"}:
        raise BedrockError("UnknownOperationException", "Only Converse and ConverseStream are served.")
    return unquote(parts[2]), parts[3]
