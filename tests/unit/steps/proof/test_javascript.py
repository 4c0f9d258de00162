"""How the tests of a JavaScript package are run and reported, by what its package.json says."""

from __future__ import annotations

import json

import pytest

from lambda_image.steps.proof.javascript.runner import RUNNER
from lambda_image.steps.proof.tree import Tree
from tests.integration.sandbox.trees import tar_of

STACK = (
    "TypeError: no\n    at total (/t/verify-a/tree/src/cart.ts:2:21)\n"
    "    at /t/verify-a/tree/src/cart.test.ts:3:1"
)
JEST = {
    "numFailedTests": 1,
    "testResults": [
        {
            "name": "/t/verify-a/tree/src/cart.test.ts",
            "status": "failed",
            "assertionResults": [
                {"ancestorTitles": ["cart"], "title": "adds", "status": "passed", "failureMessages": []},
                {
                    "ancestorTitles": ["cart"],
                    "title": "drops",
                    "status": "failed",
                    "failureMessages": [STACK],
                },
                {"ancestorTitles": [], "title": "later", "status": "pending", "failureMessages": []},
            ],
        },
        {
            "name": "/t/verify-a/tree/src/odd.test.ts",
            "status": "failed",
            "message": "x",
            "assertionResults": [],
        },
    ],
}
MOCHA = {
    "stats": {},
    "passes": [{"fullTitle": "cart adds", "file": "/t/verify-a/tree/src/cart.test.ts", "err": {}}],
    "failures": [
        {"fullTitle": "cart drops", "file": "/t/verify-a/tree/src/cart.test.ts", "err": {"stack": STACK}}
    ],
}


def tree(package: object, *names: str, **more: str) -> Tree:
    """A package with these files."""
    files = {"package.json": json.dumps(package), **dict.fromkeys(names, ""), **more}
    return Tree.of(tar_of({name: text.encode() for name, text in files.items()}))


@pytest.mark.parametrize(
    ("report", "passed", "failed"),
    [
        (JEST, ("src/cart.test.ts > cart > adds",), ("src/cart.test.ts > cart > drops", "src/odd.test.ts")),
        (MOCHA, ("src/cart.test.ts > cart adds",), ("src/cart.test.ts > cart drops",)),
    ],
)
def test_reports_are_read_out_of_what_the_tests_print(
    report: object, passed: tuple[str, ...], failed: tuple[str, ...]
) -> None:
    plain = RUNNER.plain(f'printed {{"stats": 1\n{json.dumps(report)}\nafter')
    found = RUNNER.results(1, plain)

    assert (found.passed, found.failed, found.ran) == (passed, failed, True)
    assert [(each.exception_type, each.frames[-1].function) for each in RUNNER.traces(plain)] == [
        ("TypeError", "total")
    ]


def test_an_output_without_a_report_stays_as_it_is() -> None:
    assert RUNNER.plain('{"numbers": 1} {"stats": {') == '{"numbers": 1} {"stats": {'


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ({}, ["node", "--test"]),
        (
            {"scripts": {"test": "jest --coverage -c jest.x.js"}},
            ["node_modules/.bin/jest", "-c", "jest.x.js"],
        ),
        ({"scripts": {"test": "npm run unit", "unit": "CI=1 mocha -r ts-node/register"}}, ["env", "CI=1"]),
        (
            {"scripts": {"test": "node --experimental-vm-modules node_modules/jest/bin/jest.js"}},
            ["env", "NODE_OPTIONS=--experimental-vm-modules", "node_modules/.bin/jest"],
        ),
        ({"devDependencies": {"vitest": "3", "playwright": "1"}}, ["node_modules/.bin/vitest", "run"]),
        (
            {"devDependencies": {"mocha": "~2.5.0"}},
            ["node_modules/.bin/mocha", "--reporter=json", "src/cart.test.ts"],
        ),
        ({"devDependencies": {"mocha": "^10.2.0"}}, ["node_modules/.bin/mocha", "--reporter=json", "--exit"]),
        ({"scripts": {"test": "tsx --test 'src/*.test.ts'"}}, ["node", "--import", "tsx", "--test"]),
        (
            {"scripts": {"test": "node -r ts-node/register --test"}},
            ["node", "-r", "ts-node/register", "--test"],
        ),
        ({"scripts": {"test": "jest 'unclosed"}}, ["node_modules/.bin/jest"]),
        ({"scripts": "none", "devDependencies": "none"}, ["node", "--test"]),
        ([], ["node", "--test"]),
    ],
)
def test_the_tests_are_run_as_the_package_runs_them(package: object, words: list[str]) -> None:
    command = RUNNER.own(tree(package), ("src/cart.test.ts",))

    assert command
    assert list(command[: len(words)]) == words
    assert command[-1] == "src/cart.test.ts"


def test_a_framework_that_is_not_known_is_named() -> None:
    found = tree({"scripts": {"test": "ava"}}, "test.js")

    assert RUNNER.own(found, ("test.js",)) is None
    assert RUNNER.missing(found) == "the repository's tests are run by ava, which is not known here"


@pytest.mark.parametrize(
    ("package", "names", "path", "loaded"),
    [
        (
            {"devDependencies": {"jest": "30"}},
            ["__tests__/cart.js"],
            "__tests__/cart.x1.test.js",
            "'../src/cart.js'",
        ),
        ({"devDependencies": {"vitest": "3"}}, ["spec/a.spec.ts"], "spec/cart.x1.spec.ts", "'../src/cart'"),
        ({}, ["src/test.py"], "src/cart.x1.test.ts", "'./cart.ts'"),
    ],
)
def test_a_test_is_asked_for_beside_the_others(
    package: object, names: list[str], path: str, loaded: str
) -> None:
    file = f"src/cart{path[-3:]}"
    asked = RUNNER.asked(tree(package, *names, file), file, "total", "x1")

    assert asked
    assert asked.path == path
    assert loaded in asked.instruction


def test_typescript_that_node_cannot_read_is_a_gap() -> None:
    said = RUNNER.gap('TypeError [ERR_UNKNOWN_FILE_EXTENSION]: Unknown file extension ".ts"')

    assert said == "this Node reads no TypeScript, and the repository names neither tsx nor ts-node"
