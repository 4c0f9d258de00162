"""What a function is, what an invocation gives back, and how one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# Lambda quotas, "Invocation payload": 6 MB each way for a synchronous call, 1 MB for an asynchronous one.
SYNC_LIMIT = 6 * 1024 * 1024
ASYNC_LIMIT = 1024 * 1024

LogSink = Callable[[str, str, Sequence[str]], None]
"""Takes a log group, a log stream and messages in order. Called in the thread that invokes."""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One function. `handler` is `package.module.function`; `concurrency` is the reserved concurrency.

    `memory_mb` is told to the function and printed in its REPORT line; it is not a limit here. `task_root`
    is the folder of its code, where that is not its host's.
    """

    name: str
    handler: str
    timeout_s: float = 3
    memory_mb: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)
    concurrency: int = 1
    account_id: str = "123456789012"
    region: str = "us-east-1"
    task_root: Path | None = None

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.name}"

    @property
    def log_group(self) -> str:
        """The log group that Lambda writes to."""
        return f"/aws/lambda/{self.name}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way into a process; `number` counts the function's invocations from 1."""

    request_id: str
    trace_id: str
    payload: bytes
    number: int


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """As the Invoke API answers: `status` 200, 202 or 204; `function_error` is empty on success.

    `payload` is the handler's JSON, or `{"errorType", "errorMessage", ...}`; `log_tail` the last 4 KB of log.
    """

    status: int
    payload: bytes = b""
    function_error: str = ""
    log_tail: bytes = b""
    request_id: str = ""


class Invoker(Protocol):
    """Who can invoke a function by name and wait for the answer. Raises InvokeRefused."""

    def invoke(self, name: str, payload: bytes) -> InvokeResult: ...


class InvokeRefused(Exception):
    """The event did not reach the function; `status` and `code` are those of the Invoke API."""

    status = 500
    code = "ServiceException"


class FunctionNotFound(InvokeRefused):
    """No function of this name is deployed."""

    status = 404
    code = "ResourceNotFoundException"


class TooManyRequests(InvokeRefused):
    """Every process that the reserved concurrency allows is busy."""

    status = 429
    code = "TooManyRequestsException"


class RequestTooLarge(InvokeRefused):
    """The payload is over the limit of its invocation type."""

    status = 413
    code = "RequestTooLargeException"


class InvalidRequest(InvokeRefused):
    """The invocation type is unknown, or the payload is not JSON."""

    status = 400
    code = "InvalidRequestContentException"
