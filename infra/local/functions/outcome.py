"""How an invocation can end, and what its caller is told. Wordings as Lambda's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.functions.runtime_api import Answered, InitFailed
from infra.local.functions.spec import SYNC_LIMIT, FunctionSpec, InvokeResult

TAIL_BYTES = 4096  # X-Amz-Log-Result holds the last 4 KB
UNHANDLED = "Unhandled"


@dataclass(frozen=True, slots=True)
class Exited:
    """The process ended by itself or was killed; `reason` is `exit status 3`, `signal: killed` or empty."""

    reason: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The process did not answer in time."""


Outcome = Answered | InitFailed | Exited | TimedOut


def log_lines(outcome: Outcome, spec: FunctionSpec, request_id: str) -> list[str]:
    """What Lambda adds to the log because of how it ended."""
    if isinstance(outcome, TimedOut):
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return [f"{now} {request_id} {_timed_out(spec)}\n"]
    if isinstance(outcome, Exited):
        return [f"RequestId: {request_id} Error: {_exited(outcome)}\nRuntime.ExitError\n"]
    return []


def result(outcome: Outcome, spec: FunctionSpec, request_id: str, log: list[str]) -> InvokeResult:
    """The answer to the caller."""
    tail = "".join(log).encode()[-TAIL_BYTES:]
    payload = _payload(outcome, spec, request_id)
    succeeded = isinstance(outcome, Answered) and outcome.ok and outcome.payload is not None
    return InvokeResult(200, payload, "" if succeeded else UNHANDLED, tail, request_id)


def _payload(outcome: Outcome, spec: FunctionSpec, request_id: str) -> bytes:
    if isinstance(outcome, TimedOut):
        return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: {_timed_out(spec)}")
    if isinstance(outcome, Exited):
        return _error("Runtime.ExitError", f"RequestId: {request_id} Error: {_exited(outcome)}")
    if outcome.payload is None:
        text = f"Response payload size exceeded maximum allowed payload size ({SYNC_LIMIT} bytes)."
        return _error("Function.ResponseSizeTooLarge", text)
    return outcome.payload


def _timed_out(spec: FunctionSpec) -> str:
    return f"Task timed out after {spec.timeout_s:.2f} seconds"


def _exited(outcome: Exited) -> str:
    if not outcome.reason:
        return "Runtime exited without providing a reason"
    return f"Runtime exited with error: {outcome.reason}"


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()
