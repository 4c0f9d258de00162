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
        None,
        "",
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
    ("line", "file", "number", "function"),
    [
        (
            "    at Layer.handle [as handle_request] (/a/l.js:95:5)",
            "/a/l.js",
            95,
            "Layer.handle [as handle_request]",
        ),
        ("    at /a/app.js:52:3", "/a/app.js", 52, None),
        (
            "    at (anonymous function).then (C:\\a b\\i.js:165:33)",
            "C:\\a b\\i.js",
            165,
            "(anonymous function).then",
        ),
        ("    at baz (eval at foo (/a/f.js:21:17), <anonymous>:1:30)", "/a/f.js", 21, "baz"),
        ("    at render(/a/copy (1).js:78:24)", "/a/copy (1).js", 78, "render"),
        ("\tat org.x.A.b(A.scala:7) ~[a.jar:1.0]", "A.scala", 7, "org.x.A.b"),
        ("\tat app//com.x.A.<init>(A.java:7)", "A.java", 7, "com.x.A.<init>"),
        ("  at A.B.C (System.Int32& x) [0x00007] in /src/a b.cs:9", "/src/a b.cs", 9, "A.B.C"),
        (
            "   at A.B.<C>d__2.MoveNext() in C:\\src\\a.fs:line 31",
            "C:\\src\\a.fs",
            31,
            "A.B.<C>d__2.MoveNext",
        ),
        ("#1 C:\\x\\t.php(8): RarArchive::open('a(b')", "C:\\x\\t.php", 8, "RarArchive::open"),
        ("  at (wrapper managed-to-native) A.B.c()", "", None, "A.B.c"),
        ("  at A.B.C () [0x00007] in <a5c7>:0", "", None, "A.B.C"),
        ("C:/a b/user.rb:13:in `magic'", "C:/a b/user.rb", 13, "magic"),
        ('  File "C:\\a\\b.py", line 7, in <module>', "C:\\a\\b.py", 7, "<module>"),
    ],
)
def test_a_frame_is_read_as_it_was_printed(
    line: str, file: str, number: int | None, function: str | None
) -> None:
    (frame,) = read(f"x.y.Error: x\n{line}").frames

    assert (frame.file, frame.line, frame.function) == (file, number, function)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "Uncaught E: x in /a.php:3\nStack trace:\n#0 /b.php(9): f()\n#1 {main}",
            [("/b.php", 9), ("/a.php", 3)],
        ),
        ("Uncaught E: x in /a.php:3\nStack trace:\n#0 /a.php(3): PDO->query()\n#1 {main}", [("/a.php", 3)]),
        ("Uncaught E: x in /a.php:3\nStack trace:\n#0 {main}", [("/a.php", 3)]),
        (
            "[object] (E(code: 0): x at /a.php:3)\n[stacktrace]\n#0 /b.php(9): f()",
            [("/b.php", 9), ("/a.php", 3)],
        ),
        ("PHP Parse error:  syntax error in /a.php on line 3", [("/a.php", 3)]),
        ('stderr: "PHP message: PHP Warning:  Undefined $x in /a.php on line 3" while', [("/a.php", 3)]),
    ],
)
def test_where_php_raised_is_the_last_frame(text: str, places: list[tuple[str, int]]) -> None:
    assert [(frame.file, frame.line) for frame in read(text).frames] == places


def test_what_the_compiler_inlined_has_frames_of_its_own() -> None:
    text = (
        "thread 'main' panicked at 'x', src/a.rs:3:4\nstack backtrace:\n"
        "   0:     0x56102b9af43f - std::panicking::try::h7fc9a1c0189d9edd\n"
        "                               at /rustc/b8/src/libstd/panicking.rs:281\n"
        "                           shop::run::h7fc9a1c0189d9ede\n"
        "                               at src/a.rs:3\n"
        "   1:     0x56102b9af43f - shop::main\n"
        "                               at src/main.rs:9"
    )

    assert [frame.function for frame in read(text).frames] == [
        "shop::main",
        "shop::run",
        "std::panicking::try",
    ]


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


@pytest.mark.parametrize(
    ("file", "function", "own"),
    [
        ("/usr/local/go/src/net/http/server.go", "net/http.(*Server).Serve", False),
        ("/go/src/github.com/shop/price.go", "github.com/shop.Of", True),
        ("/go/src/app/main.go", "main.main", True),
        ("/app/vendor/github.com/x/y.go", "github.com/x.Y", False),
    ],
)
def test_what_go_builds_below_its_path_is_the_applications(file: str, function: str, *, own: bool) -> None:
    trace = read(f"panic: x\n\ngoroutine 1 [running]:\n{function}(0x1)\n\t{file}:9 +0x1d")

    assert [frame.in_app for frame in trace.frames] == [own]


def test_calls_that_xdebug_saw_stand_above_the_place_that_failed() -> None:
    text = (
        "[30-Dec-2017 02:04:09 UTC] PHP Fatal error:  Out of memory in /a.php on line 12\n"
        "[30-Dec-2017 02:04:09 UTC] PHP Stack trace:\n"
        "[30-Dec-2017 02:04:09 UTC] PHP   1. {main}() /i.php:0\n"
        "[30-Dec-2017 02:04:09 UTC] PHP   2. A\\B->c(array('x'), 1) /i.php:17"
    )
    wanted = [("/i.php", 0, "{main}"), ("/i.php", 17, "A\\B->c"), ("/a.php", 12, None)]

    assert [(frame.file, frame.line, frame.function) for frame in read(text).frames] == wanted
