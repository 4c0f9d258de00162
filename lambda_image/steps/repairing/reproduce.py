"""A test that fails for the logged reason: written by the model, kept only if it really does."""

from __future__ import annotations

import ast
import re

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import Reproduction
from lambda_image.domain.redaction import PLACEHOLDER
from lambda_image.steps.proof.runner import Asked
from lambda_image.steps.repairing.reach import ADDRESS, reaches

_FENCE = re.compile(r"```[^\n`]*\n(?P<body>.*?)(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_STAND_INS = ("mock", "monkeypatch", "patch", "MagicMock", "Mock")
# By the framework of a test: what makes it one, and what would make it red or green for reasons of its own.
_MARKS = {
    **dict.fromkeys(("node:test", "jest", "vitest", "mocha"), re.compile(r"\b(?:test|it)\s*\(")),
    "Go": re.compile(r"^func Test\w*\(", re.MULTILINE),
    "Rust": re.compile(r"#\[test\]"),
    "JUnit 4": re.compile(r"@Test\b"),
    "JUnit 5": re.compile(r"@Test\b"),
    "PHPUnit": re.compile(r"function test\w*\("),
}
_OWN_WAY = re.compile(
    r"\b(?:throws?|toThrow\w*|doesNotThrow|rejects|try|catch|recover|panic!?|should_panic|catch_unwind|assertThrows|expected"
    r"|expectException\w*|mock\w*|Mockito|spyOn|createMock|skip|todo|ignore|Skip\w*|markTestSkipped|exit)\b",
    re.IGNORECASE,
)
_COMMENT_OR_STRING = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL
)


def read_reproduction(answer: str, asked: Asked) -> Reproduction:
    """The test in an answer. Raises PatchRefused, with what its author should do, where it proves nothing.

    A test that raises by itself, catches the error or replaces the function would be red and green for
    reasons of its own.
    """
    found = _FENCE.search(answer)
    code = (found["body"] if found else answer).strip() + "\n"
    if asked.framework == "pytest":
        _python(code, asked.function)
    else:
        _other(code, asked)
    _within(code, asked.function)
    if hidden := PLACEHOLDER.search(code):
        raise PatchRefused(f"{hidden[0]} stands for a value that was hidden: make up one of that kind")
    return Reproduction(asked.path, code)


def _within(code: str, function: str) -> None:
    """A test runs wherever the pull request is checked, also beside secrets: it only calls the program."""
    found = reaches(re.sub(rf"\b{re.escape(function)}\b", "", code))
    if beyond := sorted(words.strip() for kind, words in found if kind != ADDRESS):
        raise PatchRefused(f"the test reaches beyond the program ({beyond[0]}): only call {function}")


def _python(code: str, function: str) -> None:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError) as error:
        raise PatchRefused(f"the test is not valid Python: {error}") from error
    tests = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    if not tests:
        raise PatchRefused("there is no test function: name it test_...")
    _hold(tree, function)


def _other(code: str, asked: Asked) -> None:
    """By words, without comments and strings: enough, as the test must also be seen to fail and to pass."""
    bare = _COMMENT_OR_STRING.sub('""', code)
    function = re.escape(asked.function)
    if not _MARKS[asked.framework].search(bare):
        raise PatchRefused(f"there is no test as {asked.framework} finds one")
    if not re.search(rf"\b{function}\b", bare):
        raise PatchRefused(f"the test does not call {asked.function}")
    if own := _OWN_WAY.search(bare):
        raise PatchRefused(
            f"the test has its own way with errors or with the program ({own[0]}): call the program as it is"
        )


def _hold(tree: ast.Module, function: str) -> None:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    if function not in names:
        raise PatchRefused(f"the test does not call {function}")
    if any(
        isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function for node in ast.walk(tree)
    ):
        raise PatchRefused(f"the test defines {function} itself: import it")
    if any(isinstance(node, ast.Raise | ast.Try) for node in ast.walk(tree)):
        raise PatchRefused("the test raises or catches errors itself: let the program raise")
    if "raises" in names:
        raise PatchRefused("the test expects the error: it must fail now and pass once the bug is fixed")
    if (names | arguments) & set(_STAND_INS):
        raise PatchRefused("the test replaces parts of the program: call it as it is")
    if any(isinstance(node, ast.Assert) and _always_false(node.test) for node in ast.walk(tree)):
        raise PatchRefused("the test fails whatever the program does")


def _always_false(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and not test.value
