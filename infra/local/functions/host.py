"""The Lambda service of the loopback system: functions deployed by name, each in processes of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from uuid import uuid4

from infra.local.functions.faults import FaultPlan
from infra.local.functions.function import Function
from infra.local.functions.process import runtime
from infra.local.functions.queued import EventQueue, Failed
from infra.local.functions.sandbox import Surroundings
from infra.local.functions.spec import (
    ASYNC_LIMIT,
    SYNC_LIMIT,
    FunctionNotFound,
    FunctionSpec,
    InvalidRequest,
    InvokeResult,
    LogSink,
    RequestTooLarge,
)

InvocationType = Literal["RequestResponse", "Event", "DryRun"]


def no_log(_group: str, _stream: str, _messages: Sequence[str]) -> None:
    """Drops a log."""


def no_destination(_name: str, _record: dict[str, Any]) -> None:
    """Drops a failed event, as Lambda does without a destination."""


class FunctionHost:
    """Deploys and invokes; a context manager that leaves no process behind. Safe to share between threads.

    `task_root` is the folder that handlers are imported from. `log_sink` and `on_failure` must not raise.
    With `faults`, calls to the `tapped` upstreams (`http://127.0.0.1:port`) are recorded and may be fatal.
    """

    def __init__(
        self,
        task_root: Path,
        log_sink: LogSink = no_log,
        on_failure: Failed = no_destination,
        faults: FaultPlan | None = None,
        tapped: Sequence[str] = (),
    ) -> None:
        self._around = Surroundings(task_root.resolve(), runtime(), log_sink, faults, tuple(tapped))
        self._lock = threading.Lock()
        self._functions: dict[str, Function] = {}
        self._events = EventQueue(self.invoke, on_failure)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deploy(self, spec: FunctionSpec) -> None:
        """Make a function known; one of the same name is replaced, and its processes end."""
        with self._lock:
            before = self._functions.pop(spec.name, None)
            self._functions[spec.name] = Function(spec, self._around)
        if before is not None:
            before.close()

    def tap(self, upstream: str) -> None:
        """Record the calls to one more upstream by the functions that are deployed from now on."""
        self._around = replace(self._around, tapped=(*self._around.tapped, upstream))

    def spec(self, name: str) -> FunctionSpec:
        """What is deployed under a name or an ARN. Raises FunctionNotFound."""
        return self._function(name).spec

    def invoke(
        self, name: str, payload: bytes, invocation_type: InvocationType = "RequestResponse"
    ) -> InvokeResult:
        """Invoke by name or ARN; `payload` is JSON, empty for null. Raises InvokeRefused."""
        function = self._function(name)
        _check(payload, invocation_type)
        if invocation_type == "DryRun":
            return InvokeResult(204)
        if invocation_type == "Event":
            request_id = str(uuid4())
            self._events.put(function.spec.name, function.spec.arn, payload, request_id)
            return InvokeResult(202, request_id=request_id)
        return function.invoke(payload or b"null")

    def kill(self, name: str) -> int:
        """Kill the processes of a function that are at work now; how many. Raises FunctionNotFound."""
        return self._function(name).kill()

    def wait_idle(self, timeout: float) -> bool:
        """Whether all asynchronous events are through within `timeout` seconds."""
        return self._events.wait_idle(timeout)

    def close(self) -> None:
        """End all functions and forget the events that were queued."""
        with self._lock:
            functions, self._functions = self._functions, {}
        for function in functions.values():
            function.close()
        self._events.close()

    def _function(self, name: str) -> Function:
        short = name.partition(":function:")[2].partition(":")[0] or name.partition(":")[0]
        with self._lock:
            function = self._functions.get(short)
        if function is None:
            raise FunctionNotFound(f"Function not found: {name}")
        return function


def _check(payload: bytes, invocation_type: str) -> None:
    if invocation_type not in {"RequestResponse", "Event", "DryRun"}:
        raise InvalidRequest(f"unknown InvocationType {invocation_type}")
    limit = ASYNC_LIMIT if invocation_type == "Event" else SYNC_LIMIT
    if len(payload) > limit:
        raise RequestTooLarge(f"{len(payload)} bytes are over the limit of {limit} for {invocation_type}")
    try:
        json.loads(payload or b"null")
    except ValueError as error:
        raise InvalidRequest(f"Could not parse request body into json: {error}") from error
