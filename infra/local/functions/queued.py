"""Asynchronous invocations: queued, tried again twice, then told to whoever handles failures."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.functions.spec import InvokeRefused, InvokeResult, TooManyRequests

ATTEMPTS = 3  # the first and two more, Lambda's default MaximumRetryAttempts
RETRY_SECONDS = (0.2, 0.4)  # a minute and two on AWS
THROTTLED_SECONDS = 0.1

Failed = Callable[[str, dict[str, Any]], None]
"""Takes a function's name and the record that Lambda would send to its on-failure destination."""


@dataclass(slots=True)
class _Event:
    name: str
    arn: str
    payload: bytes
    request_id: str
    attempts: int = 0


class EventQueue:
    """Runs each queued event in a thread of its own, as concurrency allows."""

    def __init__(self, invoke: Callable[[str, bytes], InvokeResult], on_failure: Failed) -> None:
        self._invoke = invoke
        self._on_failure = on_failure
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()
        self._stopping = threading.Event()

    def put(self, name: str, arn: str, payload: bytes, request_id: str) -> None:
        """Accept an event; returns at once."""
        event = _Event(name, arn, payload, request_id)
        thread = threading.Thread(target=self._run, args=(event,), name=f"event-{name}", daemon=True)
        with self._changed:
            self._threads.add(thread)
        thread.start()

    def wait_idle(self, timeout: float) -> bool:
        """Whether no event is left within `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._threads, timeout)

    def close(self) -> None:
        """Try nothing again; events that are left are dropped. The functions have been killed before."""
        self._stopping.set()
        for thread in tuple(self._threads):
            thread.join()

    def _run(self, event: _Event) -> None:
        try:
            self._deliver(event)
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())
                self._changed.notify_all()

    def _deliver(self, event: _Event) -> None:
        while not self._stopping.is_set():
            try:
                result = self._invoke(event.name, event.payload)
            except TooManyRequests:
                self._stopping.wait(THROTTLED_SECONDS)  # did not reach the function: not an attempt
                continue
            except InvokeRefused:
                return  # the function was deleted
            event.attempts += 1
            if not result.function_error:
                return
            if event.attempts >= ATTEMPTS:
                self._on_failure(event.name, destination_record(event, result))
                return
            self._stopping.wait(RETRY_SECONDS[event.attempts - 1])


def destination_record(event: _Event, result: InvokeResult) -> dict[str, Any]:
    """The invocation record of Lambda's developer guide, "Adding a destination", version 1.0."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": f"{event.arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": event.attempts,
        },
        "requestPayload": json.loads(event.payload or b"null"),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": result.function_error,
        },
        "responsePayload": json.loads(result.payload),
    }
