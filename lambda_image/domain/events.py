"""An error as found in the logs, and the same error with nothing secret left in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack trace; `in_app` is false for the runtime and for installed libraries.

    `file` is as it was printed, and empty where the trace names no file. `raised` is true for a place that
    only the head of a trace names, as PHP's does: it raised, and is no line of the stack.
    """

    file: str
    line: int | None
    function: str | None
    in_app: bool = True
    raised: bool = False


@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """One occurrence of an error, assembled from one or more log records of one stream.

    `lines` are the error's own lines; `context` the lines that stood before it. `frames` run from
    the outermost call to the one that raised. `records` counts the raw log records used up. `level`,
    `request_id`, `service` and `error_code` are as the lines state them, None where they do not.
    """

    id: str
    log_group: str
    log_stream: str
    timestamp: int
    kind: str
    language: str | None
    exception_type: str | None
    message: str
    frames: tuple[Frame, ...]
    lines: tuple[str, ...]
    context: tuple[str, ...]
    records: int = 1
    level: str | None = None
    request_id: str | None = None
    service: str | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class RedactedEvent:
    """An `ErrorEvent` without secrets. Only `steps.redact` builds one; all later stages ask for it."""

    id: str
    log_group: str
    log_stream: str
    timestamp: int
    kind: str
    language: str | None
    exception_type: str | None
    message: str
    frames: tuple[Frame, ...]
    lines: tuple[str, ...]
    context: tuple[str, ...]
    records: int = 1
    redactions: int = 0
    level: str | None = None
    request_id: str | None = None
    service: str | None = None
    error_code: str | None = None
