"""Each language's trace is read in full: type, message and the frames of all chained parts."""

from __future__ import annotations

import pytest

from lambda_image.steps.reading.read_trace import find_trace
from lambda_image.steps.traces import Trace
from tests.unit.steps.traces.samples import TRACES

Place = tuple[str, int | None, str | None, bool]

# Language, type, message, and the frames from the outermost call to the one that raised.
EXPECTED: dict[str, tuple[str, str | None, str, list[Place]]] = {
    "python chain": (
        "python",
        "ValueError",
        "bad",
        [
            ("/app/a.py", 3, "outer", True),
            ("/app/b.py", 7, "inner", True),
            ("/app/c.py", 1, "run", True),
        ],
    ),
    "python group": (
        "python",
        "ExceptionGroup",
        "eg (2 sub-exceptions)",
        [("/app/g.py", 9, "<module>", True), ("/app/g.py", 3, "one", True)],
    ),
    "python syntax": (
        "python",
        "SyntaxError",
        "invalid syntax",
        [("/app/m.py", 1, "<module>", True), ("/app/bad.py", 2, None, True)],
    ),
    "java": (
        "java",
        "java.lang.RuntimeException",
        "outer",
        [
            ("R.java", 3, "com.shop.R.close", True),
            ("", None, "jdk.internal.reflect.NativeMethodAccessorImpl.invoke0", False),
            ("", None, "com.shop.A$$Lambda$14/0x0000000800c.run", True),
            ("Thread.java", 829, "java.lang.Thread.run", False),
            ("Checkout.java", 20, "com.shop.Checkout.run", True),
            ("Price.kt", 7, "com.shop.Price.of", True),
        ],
    ),
    "node": (
        "javascript",
        "Error",
        "boom",
        [
            ("node:internal/main/run_main_module", 23, None, False),
            ("webpack:///./src/run.ts?", 5, "run", True),
            ("/app/shop.mjs", 9, "Shop", True),
            ("/app/x.js", 3, "Object.<anonymous>", True),
            ("/app/y.js", 1, "f", True),
        ],
    ),
    "firefox": (
        "javascript",
        "TypeError",
        "cart is undefined",
        [
            ("https://shop.example/node_modules/@shop/a.js", 33, None, False),
            ("resource://shop/vendor.js", 18, "async*sum", False),
            ("https://shop.example/app.js", 4, "Cart.prototype.sum/<", True),
            ("https://shop.example/app.js", 9, "price", True),
        ],
    ),
    "safari": (
        "javascript",
        "TypeError",
        "null is not an object (evaluating 'cart.sum')",
        [
            ("[native code]", None, None, False),
            ("[native code]", None, "evaluate", False),
            ("index.ios.bundle", 12, "value", True),
            ("http://localhost:8000/lib.js", 239, None, True),
            ("http://localhost:8000/test.js", 1, "module code", True),
        ],
    ),
    "go": (
        "go",
        "panic",
        "runtime error: invalid memory address or nil pointer dereference",
        [
            ("/usr/local/go/src/net/http/server.go", 3056, "net/http.(*Server).Serve", False),
            ("/app/main.go", 3, "main.start", True),
            ("/app/main.go", 5, "main.main", True),
            ("/app/main.go", 9, "main.(*Shop).Price", True),
        ],
    ),
    "rust": (
        "rust",
        "panic",
        "index out of bounds",
        [
            ("./src/price.rs", 4, "shop::price", True),
            ("/rustc/4d/library/std/src/panicking.rs", 692, "rust_begin_unwind", False),
        ],
    ),
    "rust bare": ("rust", "panic", "crash and burn", [("src/main.rs", 4, None, True)]),
    "csharp": (
        "csharp",
        "System.InvalidOperationException",
        "outer",
        [("/src/Program.cs", 3, "Shop.Program.<Main>$", True), ("/src/Price.cs", 7, "Shop.Price.Of", True)],
    ),
    "php": (
        "php",
        "RuntimeException",
        "outer",
        [
            ("/app/d.php", 2, "main", True),
            ("/app/c.php", 5, "main", True),
            ("/app/b.php", 9, "App\\Shop->price", True),
            ("/app/a.php", 3, "App\\Shop->price", True),
        ],
    ),
    "ruby": (
        "ruby",
        "NoMethodError",
        "undefined method '*' for nil",
        [
            ("/usr/lib/ruby/gems/3.4/gems/rake/lib/rake.rb", 1, "each", False),
            ("app/run.rb", 3, "block in <main>", True),
            ("app/price.rb", 7, "Shop#of", True),
        ],
    ),
    "dart": (
        "dart",
        "FormatException",
        "no number",
        [
            ("dart:isolate-patch/isolate_patch.dart", 265, "_startIsolate.<anonymous closure>", False),
            ("file:///app/shop.dart", 7, "price", True),
        ],
    ),
    "swift": (
        "swift",
        "Fatal error",
        "Index out of range",
        [("/app/Sources/Shop/Price.swift", 7, None, True)],
    ),
}


def read(text: str) -> Trace:
    """The trace in a text that has one."""
    trace = find_trace(text.split("\n"))
    assert trace is not None
    return trace


@pytest.mark.parametrize("name", TRACES)
def test_a_trace_is_read_in_full(name: str) -> None:
    trace = read(TRACES[name])

    frames = [(frame.file, frame.line, frame.function, frame.in_app) for frame in trace.frames]
    assert (trace.language, trace.exception_type, trace.message, frames) == EXPECTED[name]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("[UnhandledRejection: because.] {\n    at f (/a.js:1:2)", "UnhandledRejection", "because."),
        ("Error [ERR_X]: no\nsecond line\n    at f (/a.js:1:2)", "Error", "no\nsecond line"),
        ("Uncaught NotFound: gone\n    at f (/a.js:1:2)", "NotFound", "gone"),
        ('Exception in thread "main" java.lang.Error: no\n\tat a.B.c(B.java:1)', "java.lang.Error", "no"),
        ("x.Log: RuntimeException: from here\n  at a.B.c(B.java:1)", "RuntimeException", "from here"),
        ("http: panic serving 1.2.3.4:5: boom\ngoroutine 5 [running]:\nmain.f()\n\t/m.go:9", "panic", "boom"),
        ("Uncaught E: said in /a.php:3\nStack trace:\n#0 {main}", "E", "said"),
        ("exception 'E' with message 'a: b' in /a.php:5\n#0 /a.php(9): f()", "E", "a: b"),
        (" NoMethodError (no `x'):\n  app/a.rb:6:in `x'", "NoMethodError", "no `x'"),
        ("thread 'a' panicked at 'old, style', src/a.rs:3:4", "panic", "old, style"),
        ("not sent CardDeclined: no\n    at f (/a.js:1:2)", "CardDeclined", "no"),
        (
            "[AggregateError: all] {\n  [errors]: [\n    E: x\n      at f (/a.js:1:2),",
            "AggregateError",
            "all",
        ),
        ("panic: one\n\ttwo\n\ngoroutine 1 [running]:\nmain.f()\n\t/m.go:9", "panic", "one\ntwo"),
        ("E.FError: all ---> E.G: one\n   at async Task<int> A.B()<---", "E.FError", "all"),
        ("a.rb:3:in `f': one (E)\ntwo\n\tfrom a.rb:7:in `g'", "E", "one\ntwo"),
        ("\t1: from a.rb:9:in `g'\na.rb:3:in `f': no (E)", "E", "no"),
        (
            'x {"exception":"[object] (App\\\\A(code: 0): no at /a.php:3)\n[stacktrace]\n#0 /b.php(1): f()',
            "App\\A",
            "no",
        ),
        (
            "a.MailException: no; a.B: x\n  nested exception is:\n\ta.CException: y\n\tat a.B.c(B.java:1)",
            "a.MailException",
            "no; a.B: x\n  nested exception is:\n\ta.CException: y",
        ),
        ("Error: test\n   at f (http://a/b:2:1)\n   at Array.prototype.map (native code)", "Error", "test"),
        ("Unexpected Exception: a.BError: no\n\tat a.B.c(B.java:1)", "a.BError", "no"),
        ("PHP Fatal error:  Uncaught App\\E in /a.php:3\nStack trace:\n#0 {main}", "App\\E", ""),
        ("FormatException: no\npackage:shelf/h.dart 41:3  f.<fn>\ndart:async  g", "FormatException", "no"),
        ("** (KeyError) no key\n    (shop 0.1.0) lib/a.ex:4: Shop.A.f/1", "KeyError", "no key"),
    ],
)
def test_heads_name_type_and_message(text: str, kind: str, message: str) -> None:
    trace = read(text)

    assert (trace.exception_type, trace.message) == (kind, message)


@pytest.mark.parametrize(
    ("text", "language", "kind", "frames"),
    [
        (
            '{"errorMessage": "x", "errorType": "E",\n "stackTrace": ["  File \\"/a.py\\", line 3, in h\\n    x\\n"]}',
            "python",
            "E",
            1,
        ),
        (
            '{"errorType":"E","errorMessage":"x","trace":["E: x"," at h (/var/task/i.js:2:3)"]}',
            "javascript",
            "E",
            1,
        ),
        ('{"errorMessage":"x","errorType":"a.E","stackTrace":["a.B.c(B.java:28)"]}', "java", "a.E", 1),
        (
            '{"errorMessage":"x","errorType":"Function<TypeError>","stackTrace":["/f.rb:3:in `a\'"]}',
            "ruby",
            "Function<TypeError>",
            1,
        ),
        ('{"errorMessage":"x","errorType":"errorString"}', "go", "errorString", 0),
        ('{"errorType":"LambdaException","errorMessage":"over\n two lines"}', "csharp", "LambdaException", 0),
    ],
    ids=["python", "node", "java", "ruby", "go", "csharp"],
)
def test_error_objects_of_lambda_are_traces(text: str, language: str, kind: str, frames: int) -> None:
    trace = read(text)

    assert (trace.language, trace.exception_type, len(trace.frames)) == (language, kind, frames)


def test_the_exception_of_a_causes_line_is_not_the_one_that_left() -> None:
    text = "a.Outer: x\n\tat a.B.c(B.java:1)\nCaused by: a.InnerException: y\n\tat a.D.e(D.java:2)"

    assert read(text).exception_type == "a.Outer"
    assert read(text).frames[-1].file == "D.java"
