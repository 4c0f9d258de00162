"""A Lambda runtime in the standard library, for a Python that awslambdaric has no wheel for.

Speaks the same Runtime API from the same kind of process, so that only the runtime's own log format differs.
"""

from __future__ import annotations

import http.client
import importlib
import json
import sys
import time
import traceback
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

PREFIX = "/2018-06-01/runtime"


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """What a handler may ask about its invocation."""

    function_name: str
    memory_limit_in_mb: str
    log_group_name: str
    log_stream_name: str
    aws_request_id: str
    invoked_function_arn: str
    deadline_ms: int
    function_version: str = "$LATEST"
    client_context: None = None
    identity: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the process is killed, never below 0."""
        return max(self.deadline_ms - time.time_ns() // 1_000_000, 0)


def main(handler: str, environment: MutableMapping[str, str]) -> None:
    """Serve invocations until the Runtime API goes away; exits 1 when the handler cannot be imported."""
    api = environment["AWS_LAMBDA_RUNTIME_API"]
    module, _, name = handler.rpartition(".")
    try:
        function = getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the platform is told
        described = _described(error)
        if isinstance(error, ImportError):
            described["errorType"] = "Runtime.ImportModuleError"
            described["errorMessage"] = f"Unable to import module '{module}': {error}"
        _call(api, "POST", "/init/error", json.dumps(described).encode())
        sys.exit(1)
    while True:
        headers, event = _call(api, "GET", "/invocation/next")
        context = _context(headers, environment)
        environment["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        kind, payload = _handled(function, event, context)
        _call(api, "POST", f"/invocation/{context.aws_request_id}/{kind}", payload)


def _handled(function: Callable[[Any, Any], Any], event: bytes, context: LambdaContext) -> tuple[str, bytes]:
    try:
        return "response", json.dumps(function(json.loads(event), context)).encode()
    except Exception as error:  # noqa: BLE001 - a runtime reports every error of a handler
        described = _described(error) | {"requestId": context.aws_request_id}
        sys.stdout.write(f"[ERROR] {described['errorType']}: {described['errorMessage']}\n")
        sys.stdout.flush()
        return "error", json.dumps(described).encode()


def _described(error: Exception) -> dict[str, Any]:
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": "",
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def _context(headers: http.client.HTTPMessage, environment: MutableMapping[str, str]) -> LambdaContext:
    return LambdaContext(
        environment["AWS_LAMBDA_FUNCTION_NAME"],
        environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        environment["AWS_LAMBDA_LOG_GROUP_NAME"],
        environment["AWS_LAMBDA_LOG_STREAM_NAME"],
        headers["Lambda-Runtime-Aws-Request-Id"],
        headers["Lambda-Runtime-Invoked-Function-Arn"],
        int(headers["Lambda-Runtime-Deadline-Ms"]),
    )


def _call(
    api: str, method: str, path: str, body: bytes | None = None
) -> tuple[http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(api)
    try:
        connection.request(method, PREFIX + path, body)
        answer = connection.getresponse()
        return answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        sys.exit(0)  # the platform has let go of this process
    finally:
        connection.close()


if __name__ == "__main__":
    import os

    main(sys.argv[1], os.environ)
