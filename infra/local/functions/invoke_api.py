"""Lambda's API on loopback, for clients that are given it as AWS_ENDPOINT_URL_LAMBDA.

Source: AWS Lambda API reference, Invoke and GetFunction (2015-03-31).
"""

from __future__ import annotations

import base64
import json
import re
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import ClassVar, Self, cast
from urllib.parse import unquote, urlsplit

from infra.local.functions.host import FunctionHost, InvocationType
from infra.local.functions.loopback import LoopbackServer, QuietHandler
from infra.local.functions.spec import FunctionNotFound, InvokeRefused, InvokeResult

PATH = re.compile(r"^/2015-03-31/functions/([^/]+)(/invocations)?$")


class InvokeApi:
    """Serves a host's functions on `url` until closed; a context manager."""

    def __init__(self, host: FunctionHost) -> None:
        self._server = LoopbackServer(_bound(host), "invoke-api")

    @property
    def url(self) -> str:
        """AWS_ENDPOINT_URL_LAMBDA."""
        return f"http://{self._server.address}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Accept nothing more."""
        self._server.close()


class _InvokeHandler(QuietHandler):
    host: ClassVar[FunctionHost]

    def respond(self) -> None:
        payload = self.body()
        found = PATH.match(urlsplit(self.path).path)
        try:
            if found and self.command == "POST" and found[2]:
                return self._invoke(unquote(found[1]), payload)
            if found and self.command == "GET" and not found[2]:
                return self._tell(unquote(found[1]))
            raise FunctionNotFound(f"no such operation here: {self.command} {self.path}")
        except InvokeRefused as refusal:
            return self._refuse(refusal)

    def _invoke(self, name: str, payload: bytes) -> None:
        kind = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        result = self.host.invoke(name, payload, cast("InvocationType", kind))
        wants_log = self.headers.get("X-Amz-Log-Type") == "Tail" and kind == "RequestResponse"
        self.answer(result.status, result.payload, _headers(result, wants_log=wants_log))

    def _tell(self, name: str) -> None:
        """What is deployed, as far as somebody may ask which commit that is."""
        spec = self.host.spec(name)
        about = {"FunctionName": spec.name, "FunctionArn": spec.arn, "Handler": spec.handler}
        configuration = {**about, "Environment": {"Variables": dict(spec.environment)}}
        body = json.dumps({"Configuration": configuration, "Code": {}}).encode()
        self.answer(200, body, {"Content-Type": "application/json"})

    def _refuse(self, refusal: InvokeRefused) -> None:
        body = json.dumps({"Type": "User", "Message": str(refusal)}).encode()
        headers = {"Content-Type": "application/json", "X-Amzn-ErrorType": refusal.code}
        self.answer(refusal.status, body, headers)


def _headers(result: InvokeResult, *, wants_log: bool) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "X-Amzn-RequestId": result.request_id}
    if result.status == 200:
        headers["X-Amz-Executed-Version"] = "$LATEST"
    if result.function_error:
        headers["X-Amz-Function-Error"] = result.function_error
    if wants_log:
        headers["X-Amz-Log-Result"] = base64.b64encode(result.log_tail).decode()
    return headers


def _bound(host: FunctionHost) -> type[BaseHTTPRequestHandler]:
    return type("_BoundInvokeHandler", (_InvokeHandler,), {"host": host})
