"""What is read of a test run, which tests touch a change, and what a changed file is looked at with."""

from __future__ import annotations

import pytest

from lambda_image.domain.patch import TestRun
from lambda_image.steps.proof import go, java, php, rust
from lambda_image.steps.proof.checks import checks, fault, new_complaints
from lambda_image.steps.proof.failure import same_failure
from lambda_image.steps.proof.javascript import runner as javascript
from lambda_image.steps.proof.languages import chosen, runner_of
from lambda_image.steps.proof.telling import excerpt, why
from lambda_image.steps.proof.touching import touching
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, python
from tests.integration.sandbox.trees import tar_of

LOGGED = (
    'Traceback (most recent call last):\n  File "/var/task/shop/pricing.py", line 2, in total\n'
    "    return 1 / 0\nZeroDivisionError: division by zero"
)


def tree(**files: str) -> Tree:
    """A tree of these files; `__` stands for a slash and `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): text.encode() for name, text in files.items()}
    return Tree.of(tar_of(named))


def raised(file: str, function: str, kind: str = "ZeroDivisionError") -> list[Trace]:
    """A traceback out of a test."""
    text = (
        'Traceback (most recent call last):\n  File "/t/tests/test_x.py", line 5, in test_x\n    total()\n'
        f'  File "/t/{file}", line 9, in {function}\n    x\n{kind}: no'
    )
    found = python.read(text.splitlines())
    assert found
    return [found]


@pytest.mark.parametrize(
    ("traces", "same"),
    [
        (raised("shop/pricing.py", "total"), True),
        (raised("shop/pricing.py", "mean"), False),
        (raised("shop/other.py", "total"), False),
        (raised("shop/pricing.py", "total", "KeyError"), False),
        (raised("shop/pricing.py", "total", "decimal.ZeroDivisionError"), True),
        ([], False),
    ],
)
def test_the_same_failure_has_type_function_and_file(traces: list[Trace], same: bool) -> None:  # noqa: FBT001
    assert same_failure(LOGGED, "ZeroDivisionError", traces) is same


def test_panics_are_told_apart_by_their_words() -> None:
    log = (
        "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\n"
        "main.pick(...)\n\t/app/main.go:4 +0x1"
    )
    same, other = (
        f"panic: runtime error: {said}\n\ngoroutine 7 [running]:\nexample.com/app.pick(...)\n\t/t/main.go:4 +0x1"
        for said in ("index out of range [0] with length 0", "integer divide by zero")
    )

    assert same_failure(log, "panic", go.RUNNER.traces(same))
    assert not same_failure(log, "panic", go.RUNNER.traces(other))


def test_results_of_go_name_the_package() -> None:
    output = (
        "=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n--- FAIL: TestB (0.00s)\nFAIL\n"
        "FAIL\texample.com/a\t0.01s\nFAIL\texample.com/b [build failed]\nok  \texample.com/c\t0.01s\n"
    )
    found = go.RUNNER.results(1, output)

    assert found.passed == ("example.com/a.TestA",)
    assert found.failed == ("example.com/a.TestB", "example.com/b [build failed]")


def test_results_of_node_name_the_suite() -> None:
    output = (
        "TAP version 13\n# Subtest: cart\n    # Subtest: adds\n    ok 1 - adds\n    # Subtest: drops\n"
        "    not ok 2 - drops\n    ok 3 - later # SKIP\n    1..3\nnot ok 1 - cart\n"
    )
    found = javascript.RUNNER.results(1, output)

    assert found.passed == ("cart > adds",)
    assert found.failed == ("cart > drops", "cart")


def test_results_of_cargo_and_of_junit_and_of_phpunit() -> None:
    cargo = (
        "     Running tests/two.rs (target/x)\ntest two ... ok\ntest none ... FAILED\ntest result: FAILED."
    )
    junit = (
        '<testcase name="two" classname="com.acme.T" time="0"/>\n<testcase name="none" classname="com.acme.T">\n'
        '<error message="/ by zero" type="java.lang.ArithmeticException">java.lang.ArithmeticException: / by zero\n'
        "\tat com.acme.Shop.mean(Shop.java:7)\n\tat com.acme.T.none(T.java:9)\n</error></testcase>"
    )
    phpunit = (
        '<testcase name="testTwo" class="T" classname="T"/>\n<testcase name="testNone" class="T" classname="T">\n'
        '<system-out>&lt;error</system-out><error type="DivisionByZeroError">T::testNone\nDivisionByZeroError: Division by zero\n'
        "\n/t/src/shop.php:4\n/t/tests/T.php:9\n</error></testcase></testsuites>"
    )

    assert rust.RUNNER.results(101, cargo).failed == ("tests/two.rs::none",)
    moved = [
        rust.RUNNER.results(
            0,
            f"   Doc-tests shop\ntest src/lib.rs - mean (line {9 + by}) ... ok\n"
            f"test src/lib.rs - mean (line {3 + by}) ... ok\n",
        ).passed
        for by in (0, 7)
    ]
    assert moved[0] == moved[1]
    assert java.RUNNER.results(1, junit).passed == ("com.acme.T.two",)
    assert java.RUNNER.results(1, junit).failed == ("com.acme.T.none",)
    (trace,) = java.RUNNER.traces(junit)
    assert (trace.exception_type, trace.frames[-1].function) == (
        "java.lang.ArithmeticException",
        "com.acme.Shop.mean",
    )
    assert php.RUNNER.results(2, phpunit).failed == ("T::testNone",)
    assert php.RUNNER.results(2, phpunit).passed == ("T::testTwo",)
    many = java.RUNNER.results(0, '<testcase name="a" classname="T"/><testcase name="a" classname="T"/>')
    assert many.passed == ("T.a", "T.a (2)")
    (trace,) = php.RUNNER.traces(phpunit)
    assert (trace.exception_type, trace.frames[-1].line) == ("DivisionByZeroError", 4)
    warned = phpunit.replace("DivisionByZeroError: Division", "Division").replace(
        'type="DivisionByZeroError"', 'type="PHPUnit\\Framework\\Error\\Warning"'
    )
    (trace,) = php.RUNNER.traces(warned)
    assert (trace.exception_type, trace.message) == ("ErrorException", "Division by zero")


def test_in_a_library_that_is_the_repository_the_same_place_has_to_raise_too() -> None:
    head, own, other = (
        "java.lang.NullPointerException: null\n",
        "\tat org.apache.shop.Cart.mean(Cart.java:7)\n",
        "\tat java.util.Objects.requireNonNull(Objects.java:9)\n\tat org.apache.shop.Mail.send(Mail.java:3)\n",
    )

    def raised(frames: str) -> list[Trace]:
        case = f'<testcase name="a" classname="T"><error>{head}{frames}</error></testcase>'
        return java.RUNNER.traces(case)

    assert same_failure(head + own, "java.lang.NullPointerException", raised(own))
    assert not same_failure(head + own, "java.lang.NullPointerException", raised(other))


def test_maven_runs_what_touches_the_change_as_far_as_it_is_named_as_a_test() -> None:
    files = tree(**{"pom.xml": ""})
    some = java.RUNNER.own(files, ("src/test/java/a/CartTest.java", "src/test/java/a/Shelf.java"))
    helpers = java.RUNNER.own(files, ("src/test/java/a/Shelf.java",))

    assert some
    assert helpers
    assert "test -Dtest=CartTest -DfailIfNoTests=false" in some[-1]
    assert "-Dtest" not in helpers[-1]


def test_tests_touch_a_change_by_way_of_what_names_it() -> None:
    files = tree(
        shop__pricing_dot_py="def total(): ...",
        shop__cart_dot_py="from shop.pricing import total",
        tests__test_cart_dot_py="from shop.cart import cart",
        tests__test_mail_dot_py="from shop.mail import send",
        shop__mail_dot_py="def send(): ...",
    )
    runner = runner_of("x.py")
    assert runner

    assert touching(files, ["shop/pricing.py"], runner) == ("tests/test_cart.py",)
    assert touching(files, ["shop/mail.py"], runner) == ("tests/test_mail.py",)
    assert touching(files, ["README"], runner) == ("tests/test_cart.py", "tests/test_mail.py")


def test_the_language_is_that_of_the_change_else_of_the_tree() -> None:
    files = tree(a_dot_go="", b_dot_go="", c_dot_py="")
    found = [chosen(paths, files) for paths in (["x.json", "x.rs"], ["x.json"])]

    assert [each.language for each in found if each] == ["Rust", "Go"]
    assert chosen([], tree(a_dot_cob="")) is None


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        ("a.py", b"def f(:", "a.py is not valid Python"),
        ("a.json", b"{", "a.json is not valid JSON"),
        ("a.toml", b"a = ", "a.toml is not valid TOML"),
        ("a.py", b"x = 1\n", None),
        ("a.txt", b"{", None),
    ],
)
def test_what_cannot_be_parsed_is_said(path: str, content: bytes, said: str | None) -> None:
    found = fault(path, content)

    assert (said is None and found is None) or (said and found and found.startswith(said))


@pytest.mark.parametrize(
    ("files", "path", "names"),
    [
        ({"a_dot_py": ""}, "a.py", []),
        ({"a_dot_py": "", "pyproject_dot_toml": "[tool.ruff.format]\n"}, "a.py", ["ruff", "ruff format"]),
        ({"a_dot_py": "", "pyproject_dot_toml": "[tool.black]\n"}, "a.py", ["black"]),
        ({"a_dot_py": "", "setup_dot_cfg": "[flake8]\n"}, "a.py", ["flake8"]),
        ({"a_dot_js": "", "package_dot_json": '{"prettier": {}}'}, "a.js", ["node", "prettier"]),
        ({"a_dot_ts": "", "eslint_dot_config_dot_js": ""}, "a.ts", ["eslint"]),
        ({"a_dot_go": ""}, "a.go", ["gofmt", "gofmt"]),
        ({"a_dot_rs": "", "rustfmt_dot_toml": ""}, "a.rs", ["rustfmt"]),
    ],
)
def test_a_changed_file_is_looked_at_as_its_repository_asks(
    files: dict[str, str], path: str, names: list[str]
) -> None:
    assert [check.name for check in checks(tree(**files), path)] == names


def test_only_what_was_not_said_before_is_a_complaint() -> None:
    before = "a.py:3:1: F401 `os` imported but unused"

    assert new_complaints(before, "a.py:7:1: F401 `os` imported but unused") == []
    assert new_complaints(before, f"{before}\na.py:9:1: F821 undefined name `x`") == [
        "a.py:9:1: F821 undefined name `x`"
    ]


def test_an_excerpt_leaves_out_what_passed_and_the_calls_of_libraries() -> None:
    output = (
        'PASSED tests/test_a.py::test_a\n  File "/x/site-packages/_pytest/python.py", line 1, in call\n    f()\n'
        '  File "/tmp/verify-ab12/tree/shop.py", line 2, in mean\n    1 / 0\nZeroDivisionError: division by zero\n'
    )
    told = excerpt(TestRun("pytest", 1, 1, ("t",), output, 1.0))

    assert told == '  File "shop.py", line 2, in mean\n    1 / 0\nZeroDivisionError: division by zero'
    assert why(output) == "ZeroDivisionError: division by zero"
