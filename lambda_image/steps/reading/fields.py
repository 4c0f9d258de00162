"""What a structured line states: message, level, exception, stack, request id, service and error code.

The key names are those of Powertools, Lambda's JSON format, structlog, pino, zap, logback and logstash,
Serilog, the Elastic Common Schema, CloudTrail, EventBridge and API Gateway's access logs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]

MESSAGE = (
    *("message", "msg", "event", "@m", "errorMessage", "@mt", "log", "short_message", "text"),
    *("Message", "MessageTemplate", "body", "RenderedMessage"),
)
LEVEL = (
    *("level", "severity", "log.level", "lvl", "@l", "levelname", "log_level", "loglevel", "severityText"),
    *("Level", "LogLevel", "logLevel", "level_name", "SeverityText", "severity_text"),
)
TYPE = (
    "errorType",
    "exception_name",
    "exc_type",
    "exception_type",
    "exception_class",
    "err.type",
    "error.type",
    "exception.type",
    "type",
)
STACK = (
    "stackTrace",
    "stack_trace",
    "exception",
    "exc_info",
    "stack",
    "stacktrace",
    "error.stack",
    "error.stack_trace",
    "errorVerbose",
    "trace",
    "traceback",
    "backtrace",
    "@x",
    "@exception",
    "Exception",
    "exception.stacktrace",
    "error.stacktrace",
)
# Where loggers put what their caller added, and what of it tells of an error.
CARRIERS = ("attributes", "context", "extra", "data", "Properties")
CARRIED = frozenset({"err", "error", *STACK, *TYPE}) - {"type", "trace"}
REQUEST = (
    "requestId",
    "requestID",
    "RequestId",
    "request_id",
    "req_id",
    "function_request_id",
    "AWSRequestId",
    "awsRequestId",
    "aws_request_id",
    "x-amzn-requestid",
    "x-amzn-RequestId",
    "http.request.id",
    "correlation_id",
    "correlationId",
)
SERVICE = (
    "service",
    "service.name",
    "service_name",
    "serviceName",
    "eventSource",
    "function_name",
    "functionName",
    "application",
    "app",
    "source",
)
CODE = ("errorCode", "error_code", "ErrorCode", "error.code", "err.code", "code")
STATUS = ("statusCode", "status_code", "StatusCode", "status")
# Where loggers keep what belongs to the request or to the error; AWS puts it under detail and record.
_HOLDERS = (
    "detail",
    "err",
    "error",
    "record",
    "requestContext",
    "httpRequest",
    "context",
    "athenaError",
    "fields",
    "metadata",
    "span",
    "req",
    "Records",
)
# A JSON object may be cut off by the limit of a log event; what stands before the cut still counts.
_CUT = re.compile(r'"([\w.@-]{1,40})"\s{0,4}:\s{0,4}(?:"((?:[^"\\]|\\.){0,2000})"?|(-?\d{1,15}))')
_CUT_REACH = 20_000
JSON_REACH = 400
_DEPTH = 4
# Beside `log` stands where the line came from.
_SHIPPED = re.compile(
    r'"(?:stream|source)"\s?:\s?"std(?:out|err)"|"(?:kubernetes|container_id|container_name)"\s?:'
)


def parse(text: str) -> dict[str, Any] | None:
    """The JSON object that a text is, or that follows a prefix in it; None if there is none."""
    begin = text[:JSON_REACH].find("{")
    if begin < 0:
        return None
    end = text.rstrip()
    if not end.endswith("}"):
        return _cut(text[begin:]) if begin == 0 and text[begin + 1 :].lstrip()[:1] == '"' else None
    try:
        fields = json.loads(end[begin:], strict=False)
    except (ValueError, RecursionError):
        return _cut(end[begin:]) if begin == 0 and end[1:].lstrip()[:1] == '"' else None
    return fields if isinstance(fields, dict) and fields else None


def unwrapped(message: str) -> str:
    """What a container wrote, out of the object in which Fluent Bit, FireLens and Docker ship it."""
    if not message.startswith("{") or not _SHIPPED.search(message):
        return message
    fields = parse(message) or {}
    text = fields.get("log")
    return text if isinstance(text, str) else message


def _cut(text: str) -> dict[str, Any] | None:
    """Names and plain values of an object that is cut off or not quite JSON; the first of a name counts."""
    found: dict[str, Any] = {}
    for name, words, digits in _CUT.findall(text[:_CUT_REACH]):
        value = int(digits) if digits else words.replace("\\n", "\n").replace('\\"', '"').replace("\\t", "\t")
        found.setdefault(name, value)
    return found or None


def first(fields: Fields, names: tuple[str, ...]) -> Any:
    """The first of these names that has a value."""
    return next((fields[name] for name in names if fields.get(name) not in (None, "", [])), None)


def stated(fields: Fields, names: tuple[str, ...], depth: int = _DEPTH) -> str | None:
    """The first of these names that has a plain value, here or in an object that loggers nest."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value not in ("", "-"):
            return str(value)
    if not depth:
        return None
    held = (fields.get(name) for name in _HOLDERS)
    inner = (each[0] if isinstance(each, list) and each else each for each in held)
    return next(
        (found for each in inner if isinstance(each, dict) and (found := stated(each, names, depth - 1))),
        None,
    )
