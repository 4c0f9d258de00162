"""Where the frames of a trace stand, and whose they are."""

from __future__ import annotations

import pytest

from tests.unit.steps.traces.test_readers import read


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
