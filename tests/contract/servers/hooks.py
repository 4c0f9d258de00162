"""A receiver of webhooks behind TLS on loopback; it holds each request against what Teams or we say of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import math
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from infra.local.served import Served
from tests.fakes.clients import validator

KEY = "a key that only both sides know"
PATH = "/workflows/1/triggers/manual?sig=SECRET-IN-THE-ADDRESS"
TEAMS_BYTES, FRESH = 28_000, 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What it says once it has no room: `status` 0 drops the connection, and `seconds` let it wait before."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class Hooks(Served):
    """Takes messages of one kind, `teams` or `webhook`, while there is `room`; then it gives its `answers`.

    The last of the answers stays. `accepted` holds what was taken, `wrong` why others were not.
    """

    def __init__(self, kind: str, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.room = math.inf
        self.answers: list[Answer] = [Answer(503)]
        self.accepted: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.wrong: list[str] = []
        self.asked = 0
        self._now = now
        self._check = {"teams": self._teams, "webhook": self._signed}[kind]
        self.certificate = folder / "loopback.pem"
        certify(self.certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        # Its address, which is a secret.
        self.url = f"https://127.0.0.1:{self._server.server_port}{PATH}"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Judge one request."""
        self.asked += 1
        if len(self.accepted) >= self.room:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if path != PATH or headers.get("content-type") != "application/json":
            self.wrong.append(f"{path} with {headers}")
            return Answer(400)
        answer = self._check(headers, body)
        if answer.status < 300:
            self.accepted.append(json.loads(body))
            self.headers.append(headers)
        return answer

    def _teams(self, _: dict[str, str], body: bytes) -> Answer:
        """By size and schema; where Teams itself would say 202 and drop the card, this one refuses."""
        if len(body) > TEAMS_BYTES:
            self.wrong.append(f"{len(body)} bytes")
            return Answer(413)
        faults = [error.message for error in validator().iter_errors(json.loads(body))]
        self.wrong += faults
        return Answer(400 if faults else 202)

    def _signed(self, headers: dict[str, str], body: bytes) -> Answer:
        """As docs/operations/channels.md tells receivers to."""
        sent = headers.get("x-tracemend-timestamp", "0")
        signed = b"v1:" + sent.encode() + b":" + body
        mine = "v1=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()
        genuine = hmac.compare_digest(mine, headers.get("x-tracemend-signature", ""))
        if not genuine or abs(self._now() - int(sent)) > FRESH:
            self.wrong.append("forged or old")
            return Answer(401)
        if headers["x-tracemend-id"] != json.loads(body)["id"]:
            self.wrong.append("another id")
            return Answer(400)
        return Answer(200)


def _handler(hooks: Hooks) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = hooks.take(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            time.sleep(answer.seconds)
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status, "as SECRET-IN-THE-ANSWER says")
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler


def certify(path: Path) -> None:
    """A certificate for loopback with its key, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"loopback {path.parent.name}")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
