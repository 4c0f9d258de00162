"""A gate before a real OpenSearch that takes what a Serverless collection takes, and fails when told to.

Classic collections for vectors give documents their ids themselves; no collection refreshes on demand, counts
shards or reindexes. The rules are those of the developer guide, "Supported operations and plugins".
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from infra.local.served import Served

# Method and path of what the store may ask of a collection.
SUPPORTED = [
    ("GET", r"/[^/_]+/_mapping"),
    ("PUT", r"/[^/_]+/_mapping"),
    ("PUT", r"/[^/_]+"),
    ("DELETE", r"/[^/_]+"),
    ("HEAD", r"/[^/_]+"),
    ("HEAD", r"/_alias/[^/]+"),
    ("GET", r"/[^/]+/_alias"),
    ("POST", r"/_aliases"),
    ("POST", r"/[^/]+/_bulk"),
    ("POST", r"/[^/]+/_search"),
    ("POST", r"/[^/]+/_count"),
]
SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/[a-z0-9-]+/aoss/aws4_request")
NO_ID = {
    "type": "illegal_argument_exception",
    "reason": "Document ID is not supported in create/index operation request",
}
Answer = tuple[int, bytes]


class Gate(Served):
    """Entering gives the gate, whose `url` stands for that of the server behind."""

    def __init__(self, behind: str, *, serverless: bool = False) -> None:
        self._behind = behind
        self.serverless = serverless
        self.asked: list[tuple[str, str, bytes]] = []
        # Each answers one request to come, or lets it through by answering None.
        self.instead: deque[Callable[[str, str, bytes], Answer | None]] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """What the client gets."""
        self.asked.append((method, path, body))
        if self.instead and (given := self.instead.popleft()(method, path, body)):
            return given
        if self.serverless:
            if refusal := self._refusal(method, path, headers, body):
                return refusal
            # The server behind has no native library; scores of this space are the same in both engines.
            body = body.replace(b'"engine":"faiss"', b'"engine":"lucene"')
        request = Request(self._behind + path, data=body or None, method=method)  # noqa: S310 - loopback
        request.add_header("Content-Type", headers.get("content-type", "application/json"))
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def _refusal(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        told = headers.get("x-amz-content-sha256")
        if not SIGNED.match(headers.get("authorization", "")) or told != sha256(body).hexdigest():
            return 403, b'{"status":403,"error":{"reason":"403 Forbidden","type":"Forbidden"}}'
        bare = path.partition("?")[0]
        if not any(method == verb and re.fullmatch(form, bare) for verb, form in SUPPORTED):
            return 404, b""
        if bare.endswith("_bulk"):
            lines = [json.loads(line) for line in body.splitlines()]
            named = [each["index"] for each in lines if set(each) == {"index"} and each["index"].get("_id")]
            if named:
                items = [{"index": {**each, "status": 400, "error": NO_ID}} for each in named]
                return 200, json.dumps({"took": 0, "errors": True, "items": items}).encode()
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, told = gate.answer(self.command, self.path, headers, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(told)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _do  # noqa: N815 - http.server's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
                pass

        return Handler
