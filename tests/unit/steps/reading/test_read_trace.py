"""Stack traces by language: type, message and the frame that raised."""

from __future__ import annotations

import json

import pytest

from lambda_image.steps.reading.read_trace import find_trace

PYTHON = """Traceback (most recent call last):
  File "/app/a.py", line 3, in outer
    inner()
  File "/app/b.py", line 7, in inner
    raise KeyError("x")
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/c.py", line 1, in run
    outer()
  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode
    obj, end = self.raw_decode(s)
               ^^^^^^^^^^^^^^^^^^
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"""
NODE = """TypeError: Cannot read properties of undefined (reading 'id')
    at priceOf (/app/src/price.js:12:9)
    at async Runtime.handler (file:///var/task/index.mjs:4:3)
    at node:internal/process/task_queues:95:5"""
JAVA = """java.lang.RuntimeException: outer
\tat com.shop.Checkout.run(Checkout.java:20)
Caused by: java.lang.IllegalStateException: no price
\tat com.shop.Price.of(Price.java:7)
\tat org.springframework.web.Dispatcher.go(Dispatcher.java:99)
\t... 3 more"""
GO = """panic: runtime error: index out of range [3] with length 2

goroutine 1 [running]:
main.pick(...)
\t/app/main.go:9
main.main()
\t/app/main.go:5 +0x1d"""
CSHARP = """System.InvalidOperationException: no price
   at Shop.Price.Of(Int32 id) in /src/Price.cs:line 7
   at Shop.Program.Main()"""
RUBY = """app/price.rb:7:in `of': undefined method `*' for nil (NoMethodError)
\tfrom app/run.rb:3:in `<main>'"""


@pytest.mark.parametrize(
    ("text", "language", "kind", "message", "file", "line"),
    [
        (
            PYTHON,
            "python",
            "json.decoder.JSONDecodeError",
            "Expecting value",
            "/usr/lib/python3.11/json/decoder.py",
            337,
        ),
        (NODE, "javascript", "TypeError", "Cannot read properties", "/app/src/price.js", 12),
        (JAVA, "java", "java.lang.RuntimeException", "outer", "Price.java", 7),
        (GO, "go", "panic", "runtime error: index out of range", "/app/main.go", 9),
        (RUBY, "ruby", "NoMethodError", "undefined method", "app/price.rb", 7),
    ],
    ids=["python", "node", "java", "go", "ruby"],
)
def test_a_trace_is_read(text: str, language: str, kind: str, message: str, file: str, line: int) -> None:
    trace = find_trace(text.splitlines())

    assert trace is not None
    assert (trace.language, trace.exception_type) == (language, kind)
    assert trace.message.startswith(message)
    assert (trace.frames[-1].file, trace.frames[-1].line) == (file, line)


@pytest.mark.parametrize(
    ("text", "feed"),
    [
        *((text, feed) for text in (PYTHON, NODE, JAVA, CSHARP, RUBY) for feed in ("#012", "\\n")),
        *((text, " ") for text in (NODE, JAVA, CSHARP)),
    ],
)
def test_a_trace_that_came_as_one_line_is_read_as_lines(text: str, feed: str) -> None:
    whole, one = find_trace(text.splitlines()), find_trace([text.replace("\n", feed)])

    assert whole == one
    assert whole is not None


@pytest.mark.parametrize("layers", [1, 2])
def test_backslashes_of_paths_are_no_line_feeds(layers: int) -> None:
    text = 'Traceback (most recent call last):\n  File "C:\\temp\\new\\app.py", line 3, in f\nE: gone'
    one = text
    for _ in range(layers):
        one = json.dumps(one)[1:-1]

    assert find_trace([one]) == find_trace(text.split("\n"))


def test_libraries_are_told_from_the_application() -> None:
    trace = find_trace(PYTHON.splitlines())

    assert trace is not None
    assert [frame.in_app for frame in trace.frames] == [True, True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ERROR nothing to see",
        "at noon",
        "failed at step(3) after 10:20:30",
        "cannot read C:\\new\\nat\\file (3)",
        '{"a": 1}',
        "File is missing, line 3",
    ],
)
def test_plain_text_has_no_trace(text: str) -> None:
    assert find_trace(text.splitlines()) is None
