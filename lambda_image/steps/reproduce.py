"""A test that fails for the logged reason: written by the model, kept only if it really does."""

from __future__ import annotations

import ast
import re

from lambda_image.domain.errors import PatchRefused
from lambda_image.domain.patch import Reproduction
from lambda_image.domain.redaction import PLACEHOLDER

_FENCE = re.compile(r"```[^\n`]*\n(?P<body>.*?)(?:^```|\Z)", re.MULTILINE | re.DOTALL)
_STAND_INS = ("mock", "monkeypatch", "patch", "MagicMock", "Mock")


def read_reproduction(answer: str, path: str, function: str) -> Reproduction:
    """The test in an answer. Raises PatchRefused, with what its author should do, where it proves nothing.

    A test that raises by itself, catches the error or replaces the function would be red and green for
    reasons of its own.
    """
    found = _FENCE.search(answer)
    code = (found["body"] if found else answer).strip() + "\n"
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        raise PatchRefused(f"the test is not valid Python: {error}") from error
    tests = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    if not tests:
        raise PatchRefused("there is no test function: name it test_...")
    _hold(tree, function)
    if hidden := PLACEHOLDER.search(code):
        raise PatchRefused(f"{hidden[0]} stands for a value that was hidden: make up one of that kind")
    return Reproduction(path, code)


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
