"""One error is one block, however a collector split and marked its lines."""

from __future__ import annotations

import pytest

from lambda_image.domain.records import LogRecord
from lambda_image.steps.reading.assemble import Block, assemble
from lambda_image.steps.reading.open_block import HEAD_LINES, TAIL_LINES
from lambda_image.steps.reading.understand import events
from tests.unit.steps.traces.samples import JAVA, PYTHON_CHAIN, TRACES

PREFIXES = {
    "none": "",
    "docker-compose": "web_1  | ",
    "container runtime": "2026-11-23T08:00:00.123456Z stderr F ",
    "syslog": "Nov 23 08:00:00 host app[12]: ",
    "logger": "2026-11-23 08:00:00,123 ERROR ",
    "colour": "\x1b[31m",
    "kubectl": "[pod/web-1/app] ",
}


def blocks(lines: list[str], streams: tuple[str, ...] = ("s",)) -> tuple[Block, ...]:
    """Lines as records, dealt out to the streams in turn."""
    return tuple(
        assemble(
            LogRecord("g", streams[at % len(streams)], 0, str(at), line) for at, line in enumerate(lines)
        )
    )


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("name", TRACES)
def test_a_trace_sent_line_by_line_is_one_error(name: str, prefix: str) -> None:
    lines = [PREFIXES[prefix] + line for line in TRACES[name].split("\n")]

    (event,) = events("\n".join(["INFO start", *lines, "INFO 2026 all is well"]))
    (alone,) = events(TRACES[name])

    assert (event["first_line"], event["last_line"]) == (2, 1 + len(lines))
    assert (event["language"], event["exception_type"]) == (alone["language"], alone["exception_type"])
    assert event["frames"] == alone["frames"]


@pytest.mark.parametrize("name", TRACES)
def test_interleaved_streams_are_put_together_each(name: str) -> None:
    lines = TRACES[name].split("\n")
    both = [line for pair in zip(lines, lines, strict=True) for line in pair]

    assert [block.lines for block in blocks(both, ("a", "b"))] == [tuple(lines)] * 2


def test_a_log_line_and_its_trace_are_one_event() -> None:
    head = "2026-11-23 08:00:00 ERROR [main] com.shop.Checkout - order 17 failed"
    (event,) = events(f"{head}\n{JAVA}\n2026-11-23 08:00:01 INFO [main] com.shop.Checkout - next")

    assert (event["first_line"], event["exception_type"]) == (1, "java.lang.RuntimeException")


RAILS = "F, [2026-11-23T08:00:00.123456 #1] FATAL -- : [3f6c1a52-7c0d-4a0e-9d1e-0123456789ab] "
WHOLE = {
    "thread": f"Exception in thread Thread-1 (go):\n{PYTHON_CHAIN}",
    "rails": "\n".join(RAILS + line for line in ("NoMethodError (no `x'):", "", "app/a.rb:6:in `x'")),
    "go": "panic: no file\nsecond line\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/m.go:9 +0x1d",
    "node": (
        "node:internal/x:1\n  throw err;\n  ^\n\nError: no 'a'\nRequire stack:\n- /i.js\n"
        "    at f (/i.js:1:2) {\n}"
    ),
    "postgres": (
        'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nx.Unique: key\nDETAIL:  id\n\n\n'
        "The above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "/b.py", line 5, in g\ny.Error: key\nDETAIL:  id\n\n'
        "[SQL: x]"
    ),
    "announced": (
        'Traceback (most recent call last):\n  File "/a.py", line 3, in f\n'
        "E: the server answered. Body:\nno such chat"
    ),
    "notes in a chain": (
        'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nE: bad\nwhile\nrow 7\n\n'
        "The above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "/b.py", line 5, in g\nF: worse\nfield\n  is missing'
    ),
    "process pool": (
        'concurrent.futures.process._RemoteTraceback: \n"""\nTraceback (most recent call last):\n'
        '  File "/a.py", line 3, in f\nE: two\nlines\n"""\n\n'
        "The above exception was the direct cause of the following exception:\n\n"
        'Traceback (most recent call last):\n  File "/b.py", line 5, in g\nE: two'
    ),
    "ruby's cause": (
        "a.rb:4:in `rescue in f': outer (E)\n\tfrom a.rb:7:in `<main>'\n"
        "a.rb:2:in `/': divided by 0 (ZeroDivisionError)\n\tfrom a.rb:7:in `<main>'"
    ),
    "ruby, error last": "Traceback (most recent call last):\n\t1: from a.rb:9:in `g'\na.rb:3:in `f': no (E)",
    "php": (
        "PHP Fatal error:  Uncaught E: first in /a.php:3\nStack trace:\n#0 {main}\n\n"
        "Next App\\Bad: not loaded\nsecond line in /b.php:5\nStack trace:\n#0 /c.php(7): f()\n#1 {main}\n"
        "  thrown in /b.php on line 5"
    ),
    "thrown by Node": "/app/e.cjs:1\nthrow 42\n^\n42\n(Use `node ...` to see)\n\nNode.js v20.20.2",
    "zap's console": (
        "2025-04-24T22:09:20.856Z\terror\tinternal/a.go:128\tno\t{}\n"
        "go.example.io/a/b@v0.1.0/c.NewSender.func3\n\t/src/go.example.io/a/c.go:128\n"
        "go.example.io/a/c.(*asyncQueue[...]).Start.func1\n\t/src/c.go:47\nruntime.goexit\n\t/go/asm.s:1"
    ),
    "laravel": (
        '[2021-12-15 10:00:00] local.ERROR: no {"exception":"[object] (App\\\\A(code: 0): no at /a.php:3)\n'
        "[stacktrace]\n#0 /b.php(1): f()\n#1 {main}\n\n"
        "[previous exception] [object] (App\\\\B(code: 0): x at /c.php:5)\n"
        '[stacktrace]\n#0 /d.php(2): g()\n#1 {main}\n"}'
    ),
    "console of .NET": (
        "fail: Shop.Api[5]\n      => Id:7\n      order 7 failed\nX.EException: no\nParameter name: id\n"
        "   at A.B.C() in /src/a.cs:line 8"
    ),
    "mono": "Unhandled Exception:\nSystem.E: no ---> B.F: in\n  at A.B () [0x0] in <a5>:0",
    "rust": (
        "thread 'main' panicked at a.rs:3:4:\nfirst\nsecond\n  third\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"
    ),
    "elixir": (
        "17:13:47.808 [error] GenServer #PID<0.1.0> terminating\n** (KeyError) no key\n"
        "    (shop 0.1.0) lib/a.ex:4: Shop.A.f/1\nLast message: :go"
    ),
    "reactor": (
        "java.lang.E: x\n\tat a.B.c(B.java:1)\n\tSuppressed: r.OnAssemblyException: \n"
        "Error has been observed at the following site(s):\n\t*__checkpoint\n"
        "Original Stack Trace:\n\t\tat r.M.n(M.java:2)"
    ),
    "a class in an exception": (
        "2025-03-30 [ERROR] [exec-2] Servlet.service() threw exception\n"
        "a.HttpException$BadRequest: 400 on POST\n\tat a.B.c(B.java:1)"
    ),
    "go, deep": (
        "panic: x\n\ngoroutine 18 [running]:\nmain.f()\n\t/m.go:9 +0x1d\n...additional frames elided...\n"
        "created by main.main\n\t/m.go:5 +0x1d"
    ),
    "dart's package": (
        "Unhandled exception:\nE: no\npackage:a/b.dart 41:3  f.<fn>\n===== asynchronous gap =====\n"
        "dart:async  g"
    ),
    "anyhow": (
        "Error: no config\n\nCaused by:\n    No such file\n\nStack backtrace:\n"
        "   0: a::b\n             at ./a.rs:1:2"
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_lines_that_look_like_nothing_are_known_by_where_they_stand(name: str) -> None:
    (event,) = events(f"{WHOLE[name]}\nINFO all is well")

    assert (event["first_line"], event["last_line"]) == (1, WHOLE[name].count("\n") + 1)
    assert event["frames"]


def test_lines_behind_an_error_that_nothing_takes_along_are_their_own() -> None:
    text = 'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nE: bad\nplain\nERROR it broke'

    assert [block.count for block in blocks(text.split("\n"))] == [3, 1, 1]


def test_what_lambda_says_next_is_not_what_an_exception_announced() -> None:
    text = 'Traceback (most recent call last):\n  File "/a.py", line 3, in f\nE: fields:\nEND RequestId: 3f6c'

    assert [block.count for block in blocks(text.split("\n"))] == [3, 1]


def test_an_entry_that_says_nothing_is_no_error() -> None:
    assert list(events(RAILS)) == []


def test_two_errors_with_the_same_prefix_stay_two() -> None:
    text = "2026-11-23 08:00:00 ERROR disk is full\n2026-11-23 08:00:00 ERROR queue is full"

    assert [event["message"] for event in events(text)] == ["disk is full", "queue is full"]


def test_two_errors_of_elixir_that_follow_each_other_stay_two() -> None:
    ended = [f"** ({kind}) x\n    (shop 1.0) lib/{kind}.ex:3: A.f/1" for kind in ("KeyError", "RuntimeError")]

    assert [event["exception_type"] for event in events("\n".join(ended))] == ["KeyError", "RuntimeError"]


def test_the_next_entry_ends_a_trace() -> None:
    rows = list(events(f"{PYTHON_CHAIN}\n{PYTHON_CHAIN}\n2026-11-23 08:00:00 ERROR other"))

    assert len(rows) == 3


def test_of_a_long_trace_beginning_and_end_are_kept() -> None:
    frames = [f'  File "/app/a.py", line {number}, in f' for number in range(5_000)]
    lines = ["Traceback (most recent call last):", *frames, "RecursionError: too deep"]
    (block,) = blocks(lines)

    assert block.count == 5_002
    assert block.lines[:HEAD_LINES] == tuple(lines[:HEAD_LINES])
    assert block.lines[HEAD_LINES] == f"[{5_002 - HEAD_LINES - TAIL_LINES} lines left out]"
    assert block.lines[-TAIL_LINES:] == tuple(lines[-TAIL_LINES:])


def test_a_pretty_printed_object_is_one_event() -> None:
    (event,) = events('INFO x\n{\n  "errorMessage": "it broke",\n  "errorType": "E"\n}\nINFO y')

    assert (event["exception_type"], event["message"], event["last_line"]) == ("E", "it broke", 5)


def test_an_object_that_never_ends_takes_no_other_line() -> None:
    (event,) = events("{\nERROR it broke\nINFO fine")

    assert event["message"] == "it broke"


def test_context_holds_the_lines_before_and_the_decisive_ones_above() -> None:
    request = "3f6c1a52-7c0d-4a0e-9d1e-0123456789ab"
    lines = [
        f"INFO got request {request}",
        "WARN pool is nearly empty",
        *[f"INFO tick {number}" for number in range(60)],
        f"ERROR request {request} failed",
    ]
    context = blocks(lines)[-1].context

    assert context[:2] == tuple(lines[:2])
    assert context[2:] == tuple(lines[42:62])
