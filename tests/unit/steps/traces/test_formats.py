"""A trace is read the same whatever carries it: collectors, loggers of text, and loggers of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from lambda_image.domain.records import LogRecord
from lambda_image.steps.reading.assemble import assemble
from lambda_image.steps.reading.detect import held_back
from lambda_image.steps.reading.read_trace import read_trace
from tests.unit.steps.traces.printed import TRACES, Printed

Wrap = Callable[[Printed], list[str]]
TIME, REQUEST = "2026-03-02T07:41:10.482Z", "7aa286ac-4627-44a8-a785-e6e0675ebe3b"
KUBERNETES = {"stream": "stderr", "kubernetes": {"pod_name": "app-1"}}


def each(prefix: str) -> Wrap:
    """A record for each line, with this before it."""
    return lambda trace: [prefix + line for line in trace.text.split("\n")]


def at_once(prefix: str) -> Wrap:
    """One record, with this before the first line."""
    return lambda trace: [prefix + trace.text]


def as_json(fields: Callable[[Printed], dict[str, Any]], indent: int | None = None) -> Wrap:
    """A JSON object in one record, or pretty with a record for each of its lines."""
    return lambda trace: json.dumps(fields(trace), indent=indent).split("\n")


def escaped(text: str) -> str:
    """As logfmt writes a value."""
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(character, written)
    return f'"{text}"'


FORMATS: dict[str, Wrap] = {
    "lines": each(""),
    "one record": at_once(""),
    "carriage returns": lambda t: [t.text.replace("\n", "\r")],
    "among others": lambda t: ["INFO start", "INFO 3 items", *t.text.split("\n"), "INFO next request"],
    "behind a logged line": at_once(f"{TIME} ERROR request failed\n"),
    "Lambda, Python": at_once(f"[ERROR]\t{TIME}\t{REQUEST}\trequest failed\n"),
    "Lambda, Node": at_once(f"{TIME}\t{REQUEST}\tERROR\t"),
    "container runtime": each("2026-03-02T07:41:10.482345678Z stderr F "),
    "syslog, RFC 3164": each("Mar  2 07:41:10 ip-10-0-0-1 app[123]: "),
    "syslog, RFC 5424": each(f"<11>1 {TIME} host app 123 - - "),
    "docker compose": each("app-1  | "),
    "logged line by line": each(f"{TIME} ERROR "),
    "Log4j": each("2026-03-02 07:41:10,482 ERROR [http-nio-8080-exec-1] com.shop.Api: "),
    "kubectl": each("[pod/app-7d9f/app] "),
    "Fluent Bit": lambda t: [json.dumps({"log": f"{line}\n", **KUBERNETES}) for line in t.text.split("\n")],
    "Fluent Bit, joined": as_json(lambda t: {"log": f"{t.text}\n", **KUBERNETES}),
    "FireLens": as_json(
        lambda t: {"container_id": "3f", "container_name": "a", "log": t.text, "source": "stderr"}
    ),
    "JSON": as_json(lambda t: {"level": "error", "message": "request failed", "stack": t.text}),
    "JSON, pretty": as_json(lambda t: {"level": "error", "message": "failed", "stack": t.text}, indent=2),
    "JSON, in the message": as_json(lambda t: {"level": "error", "message": f"request failed\n{t.text}"}),
    "JSON, as the message": as_json(lambda t: {"severity": "ERROR", "message": t.text}),
    "JSON behind a prefix": lambda t: [
        f"{TIME}\t{REQUEST}\tERROR\t"
        + json.dumps({"errorType": t.exception_type, "errorMessage": t.message, "stack": t.text.split("\n")})
    ],
    "Powertools": as_json(
        lambda t: {
            "level": "ERROR",
            "location": "handler:12",
            "message": "failed",
            "service": "shop",
            "exception": t.text,
            "exception_name": t.exception_type.rpartition(".")[2],
        }
    ),
    "Lambda's JSON": as_json(
        lambda t: {
            "timestamp": TIME,
            "level": "ERROR",
            "message": "failed",
            "stackTrace": t.text.split("\n"),
            "errorType": t.exception_type,
            "errorMessage": t.message,
            "requestId": REQUEST,
        }
    ),
    "pino": as_json(
        lambda t: {
            "level": 50,
            "err": {"type": t.exception_type, "message": t.message, "stack": t.text},
            "msg": "x",
        }
    ),
    "bunyan": as_json(
        lambda t: {
            "level": 50,
            "err": {"name": t.exception_type, "message": t.message, "stack": t.text},
            "msg": "x",
        }
    ),
    "winston": as_json(lambda t: {"level": "error", "message": t.message, "stack": t.text}),
    "structlog": as_json(lambda t: {"event": "failed", "level": "error", "exception": t.text}),
    "Logback": as_json(
        lambda t: {
            "@timestamp": TIME,
            "message": "failed",
            "logger_name": "c.s.Api",
            "level": "ERROR",
            "stack_trace": t.text,
        }
    ),
    "zap": as_json(
        lambda t: {"level": "error", "ts": 1.4, "msg": "failed", "error": t.message, "stacktrace": t.text}
    ),
    "Serilog": as_json(lambda t: {"@t": TIME, "@mt": "Failed {Id}", "@l": "Error", "@x": t.text, "Id": 7}),
    "Elastic": as_json(
        lambda t: {
            "log.level": "ERROR",
            "message": "failed",
            "error.type": t.exception_type,
            "error.stack_trace": t.text,
        }
    ),
    "Elastic, nested": as_json(
        lambda t: {
            "log": {"level": "error"},
            "message": "failed",
            "error": {"type": t.exception_type, "message": t.message, "stack_trace": t.text},
        }
    ),
    ".NET": as_json(lambda t: {"EventId": 0, "LogLevel": "Error", "Message": "failed", "Exception": t.text}),
    "Monolog": as_json(
        lambda t: {
            "message": "failed",
            "context": {"exception": {"class": t.exception_type, "message": t.message, "trace": t.text}},
            "level": 400,
            "level_name": "ERROR",
        }
    ),
    "OpenTelemetry": as_json(
        lambda t: {
            "severityText": "ERROR",
            "body": "failed",
            "attributes": {"exception.type": t.exception_type, "exception.stacktrace": t.text},
        }
    ),
    "logfmt": lambda t: [f'time={TIME} level=error msg="failed" err="x" stack={escaped(t.text)}'],
}
# What cannot be told apart: a value of one line is no stack, and a lone bracket or an empty line with
# a time of its own is an entry of its own.
UNTOLD = {("logfmt", "swift")} | {
    (name, printed) for name in ("logged line by line", "Log4j") for printed in ("js_code", "rails")
}


@pytest.mark.parametrize(("name", "wrap"), FORMATS.items(), ids=FORMATS)
def test_a_trace_is_read_in_every_format(name: str, wrap: Wrap) -> None:
    wanted = {printed: trace for printed, trace in TRACES.items() if (name, printed) not in UNTOLD}
    misread = {printed: read(wrap(trace)) for printed, trace in wanted.items()}

    assert {printed: got for printed, got in misread.items() if got != [told(wanted[printed])]} == {}


def read(lines: list[str]) -> list[tuple[object, ...]]:
    """What each error in these records says; a type without its package, which not every format has."""
    records = [LogRecord("/g", "s", 0, str(at), line) for at, line in enumerate(lines)]
    events = [read_trace(block) for block in assemble(records) if held_back(block) is None]
    return [
        (
            event.language,
            (event.exception_type or "").rpartition(".")[2],
            event.message,
            tuple((each.file, each.line, each.function) for each in event.frames),
        )
        for event in events
    ]


def told(trace: Printed) -> tuple[object, ...]:
    """What it should say."""
    return trace.language, trace.exception_type.rpartition(".")[2], trace.message, trace.frames
