"""What is an error and what only speaks of one, in every format that loggers and AWS write."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lambda_image.steps.reading.detect import is_error
from lambda_image.steps.reading.understand import events

REQUEST = "3f6c1a52-7c0d-4a0e-9d1e-0123456789ab"
ALB = (
    "http 2026-11-23T22:23:00.186641Z app/shop/50dc6c495c0c9188 192.168.131.39:2817 - 0.000 0.001 0.000 {status} - 34 "
    '366 "GET http://www.example.com:80/pay?x=1 HTTP/1.1" "curl/7.46.0" - - arn:aws:x "Root=1-58337364-23a8" "-" "-" '
    '0 2026-11-23T22:22:48.364000Z "forward" "-" "{code}" "-" "-" "-" "-"'
)


def compact(fields: dict[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(fields, separators=(",", ":"))


@pytest.mark.parametrize(
    "line",
    [
        "error: cannot open file",
        "(3f6c1a52) Execution failed due to configuration error: Malformed Lambda proxy response",
        "(3f6c1a52) Method completed with status: 502",
        "** (KeyError) key :sku not found",
        "psql: error: connection refused",
        "java.lang.Exception: x",
        "Exception: x",
        "giving up TypeError: x    at f (/a.js:1:2)    at /b.js:3:4",
        "Unhandled exception",
        "Unhandled exception. System.InvalidOperationException: boom",
        "UnhandledPromiseRejectionWarning: x",
        "2026-11-23T08:00:00Z EMERGENCY disk gone",
        "ALERT: database down",
        "[2026-11-23 08:00:00] production.ERROR: it broke",
        "2026/11/23 08:00:00 [error] 12#12: *1 connect() failed",
        "E1123 08:00:00.000000       1 reflector.go:138] failed to list",
        "2026-11-23T08:00:00.1Z stderr F Error: boom",
        "Nov 23 08:00:00 host app[12]: ERROR it broke",
        "<11>1 2026-11-23T08:00:00Z host app 12 - - ERROR it broke",
        "web_1  | ERROR it broke",
        "\x1b[31mERROR\x1b[0m it broke",
        '{"message":"it broke","level":400,"level_name":"ERROR"}',
        '{"EventId":0,"LogLevel":"Error","Message":"it broke"}',
        '{"level":"error","msg":"cut off here and th',
        '2026-11-23T08:00:00Z ERROR payment refused: {"order": "A-1", "attempt": 3}',
        '[ERROR] cannot be parsed {"lines": [{"sku": "S-1"}]}',
        f"REPORT RequestId: {REQUEST} Duration: 3000.00 ms Memory Size: 128 MB Status: timeout",
        "INIT_REPORT Init Duration: 10008.54 ms\tPhase: init\tStatus: timeout",
        f"RequestId: {REQUEST} Error: Runtime exited with error: signal: killed",
        compact({"type": "platform.report", "record": {"requestId": "3f", "status": "timeout"}}),
        '10.0.0.1 - - [23/Nov/2026:08:00:00 +0000] "GET /pay HTTP/1.1" 503 12',
        ALB.format(status=502, code="LambdaInvalidResponse"),
        compact({"requestId": "abc", "httpMethod": "GET", "path": "/x", "status": "502"}),
    ],
)
def test_errors_are_seen(line: str) -> None:
    assert is_error([line])


@pytest.mark.parametrize(
    "line",
    [
        "GET /x?level=error HTTP/1.1 200",
        "(3f6c1a52) Method completed with status: 200",
        '{"message":"fine","errorMessage":null,"errorType":""}',
        '{"id":"2","type":"TaskStateEntered","details":{},"execution_arn":"arn:aws:states:e"}',
        "ERROR count: 0",
        "ERRORS=0",
        "0 errors",
        "Error rate: 0%",
        "finished, no error: ok",
        "ERROR_CODES loaded",
        "Uncaught exceptions will be reported",
        "2026-03-02T07:41:10Z INFO retry after error: timeout",
        "[2026-03-02 07:41:10] production.INFO: User error page shown",
        '{"message":"it is well","level":200,"level_name":"INFO"}',
        "fine, thanks",
        "trace of nothing",
        "I1123 08:00:00.000000       1 a.go:1] error rate 0",
        "<14>1 2026-11-23T08:00:00Z host app 12 - - INFO fine",
        '10.0.0.1 - - [23/Nov/2026:08:00:00 +0000] "GET /error HTTP/1.1" 200 12',
        ALB.format(status=200, code="-"),
        compact({"status": "200", "path": "/x", "httpMethod": "GET"}),
        compact({"type": "platform.report", "record": {"requestId": "3f", "status": "success"}}),
        compact({"level": "info", "message": '{"level":"error"}'}),
        "started worker at /app/server.js:10:5",
        r"INFO retried after Error: gone\n    at run (/app/x.js:1:2)\n    at main (/app/y.js:3:4)",
        r"opened C:\new\nothing\from\there.txt",
        "deploy@build.internal:22:1",
    ],
)
def test_what_only_speaks_of_errors_is_none(line: str) -> None:
    assert not is_error([line])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            compact(
                {
                    "type": "LambdaFunctionFailed",
                    "details": {"cause": '{"errorMessage":"no sku"}', "error": "KeyError"},
                    "execution_arn": "arn:aws:states:e",
                }
            ),
            {"exception_type": "KeyError", "message": "no sku", "level": "error"},
        ),
        (
            '{"level":"error","type":"RequestRecord","message":"it broke"}',
            {"exception_type": "RequestRecord", "message": "it broke"},
        ),
        (
            "2022-10-05 22:05:52 UTC:52.95.4.1(11335):app@shop:[3639]:ERROR:  relation x does not exist",
            {"message": "relation x does not exist", "level": "error"},
        ),
        (
            compact(
                {
                    "level": "ERROR",
                    "fields": {"message": "it broke"},
                    "target": "a",
                    "span": {"requestId": REQUEST},
                }
            ),
            {"message": "it broke", "request_id": REQUEST},
        ),
        (
            "2021-05-27 05:04:03 PDT [12389] ERROR:  relation x does not exist",
            {"message": "relation x does not exist", "level": "error"},
        ),
        ("fail: Shop.Api[5]\n      order failed", {"message": "order failed", "level": "error"}),
        (
            "2023-01-05T22:05:52.123456Z 42 [ERROR] [MY-010119] [Server] Aborting",
            {"message": "Aborting", "error_code": "MY-010119"},
        ),
        (
            f"({REQUEST}) Execution failed due to a timeout error",
            {"request_id": REQUEST},
        ),
        (
            '{"@t":"2026","@m":"Boom","@l":"Error","@x":"System.Exception: bad\\n   at A.B.C() in /x.cs:line 4"}',
            {"language": "csharp", "exception_type": "System.Exception", "message": "bad", "level": "error"},
        ),
        (
            '{"level":50,"msg":"broke","err":{"type":"TypeError","message":"x","stack":"TypeError: x\\n    at f (/a.js:3:4)"}}',
            {"language": "javascript", "exception_type": "TypeError", "message": "x", "level": "error"},
        ),
        (
            '{"level":"error","msg":"it broke","stacktrace":"main.f\\n\\t/app/main.go:9","request_id":"abc-1"}',
            {"language": "go", "exception_type": None, "message": "it broke", "request_id": "abc-1"},
        ),
        (
            '{"level":"ERROR","message":"no","stack_trace":"a.NoException: n\\n\\tat a.B.c(B.java:3)","service":"shop"}',
            {"language": "java", "exception_type": "a.NoException", "message": "n", "service": "shop"},
        ),
        (
            (
                f'2026-11-23T08:00:00.000Z\t{REQUEST}\tERROR\tUncaught Exception \t{{"errorType":"Error","errorMessage":"boom",'
                '"stack":["Error: boom","    at h (/var/task/i.mjs:3:9)"]}'
            ),
            {"language": "javascript", "exception_type": "Error", "message": "boom"},
        ),
        (
            'ts=2026-11-23T08:00:00Z level=error msg="it \\"broke\\"" request_id=abc-1234 service=checkout',
            {"message": 'it \\"broke\\"', "request_id": "abc-1234", "service": "checkout", "level": "error"},
        ),
        (
            f"[ERROR]\t2026-11-23T08:00:00.000Z\t{REQUEST}\tAn error occurred (ThrottlingException) when calling it",
            {"request_id": REQUEST, "error_code": "ThrottlingException", "level": "error"},
        ),
        (
            ALB.format(status=502, code="LambdaInvalidResponse"),
            {
                "message": "502 Bad Gateway: GET /pay",
                "error_code": "LambdaInvalidResponse",
                "service": "app/shop/50dc6c495c0c9188",
            },
        ),
        ("java.lang.Exception: x", {"exception_type": "java.lang.Exception", "message": "x"}),
    ],
    ids=[
        "step functions",
        "type with a level",
        "postgres on rds",
        "tracing",
        "postgres",
        "console of .NET",
        "mysql",
        "api gateway",
        "Serilog",
        "pino",
        "zap",
        "logstash",
        "Lambda of Node",
        "logfmt",
        "boto3",
        "load balancer",
        "plain",
    ],
)
def test_what_a_line_states_is_found(line: str, expected: dict[str, str | None]) -> None:
    (event,) = events(line)

    assert {name: event[name] for name in expected} == expected
