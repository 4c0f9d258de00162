"""The numbers that keep the code readable."""

from __future__ import annotations

import ast
from statistics import median

import pytest

from tests.architecture.source import ROOT, Module, faults, modules

FILE_LIMIT = 300
FUNCTION_LIMIT = 40
PARAMETER_LIMIT = 6
PORT_METHODS = 4
EVERYWHERE = modules("lambda_image", "knowledge", "infra", "tests")
PRODUCT = modules()
# Entry points: what escapes here would end a process or a thread, so it is logged and answered there.
MAY_CATCH_ALL = ("lambda_image.handlers.", "lambda_image.cli", "infra.local.", "infra.aws.emptying.handler")


def test_files_are_short() -> None:
    assert not faults(EVERYWHERE, lambda module: len(module.text.splitlines()) > FILE_LIMIT)


def test_the_median_file_is_about_a_hundred_lines() -> None:
    sizes = [len(module.text.splitlines()) for module in PRODUCT if module.tree.body]

    assert median(sizes) <= 120


def test_the_story_fits_on_a_few_screens() -> None:
    assert len((ROOT / "lambda_image/pipeline.py").read_text().splitlines()) <= 120


def test_functions_are_short() -> None:
    def long(module: Module) -> list[str]:
        return [
            function.name
            for function in module.functions
            if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LIMIT
        ]

    assert not faults(PRODUCT, long)


def test_functions_take_few_parameters() -> None:
    def wide(module: Module) -> list[str]:
        return [function.name for function in module.functions if parameters(function) > PARAMETER_LIMIT]

    assert not faults(PRODUCT, wide)


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many parameters a caller thinks of; a Typer command's options are its interface."""
    if any("command" in ast.unparse(decorator) for decorator in function.decorator_list):
        return 0
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def test_only_entry_points_catch_everything() -> None:
    def broad(module: Module) -> list[int]:
        return [
            node.lineno
            for node in module.nodes
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        ]

    assert not faults((module for module in PRODUCT if not module.name.startswith(MAY_CATCH_ALL)), broad)


def test_every_function_is_annotated() -> None:
    def bare(module: Module) -> list[str]:
        return [function.name for function in module.functions if function.returns is None]

    assert not faults(EVERYWHERE, bare)


def test_every_module_and_public_name_says_what_it_is() -> None:
    def silent(module: Module) -> list[str]:
        names = [
            node.name
            for node in module.tree.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
        return names if not module.tree.body or ast.get_docstring(module.tree) else [module.name, *names]

    assert not faults(PRODUCT, silent)


def test_ports_have_one_to_four_methods() -> None:
    sizes = {
        node.name: sum(isinstance(item, ast.FunctionDef) for item in node.body)
        for module in PRODUCT
        if module.name.startswith("lambda_image.ports.")
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases)
    }

    assert sizes
    for both in ("Tree", "Repository", "OperatorsLedger", "WorkLedger"):
        sizes.pop(both)  # two ports in one object, no method of its own
    assert all(1 <= size <= PORT_METHODS for size in sizes.values()), sizes


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("RedactedEvent", "lambda_image.steps.redact"),
        ("Diagnosis", "lambda_image.steps.answering.check"),
        ("VerifiedPatch", "lambda_image.steps.repairing.verify"),
    ],
)
def test_proofs_are_built_in_one_place(name: str, home: str) -> None:
    builders = [
        module.name
        for module in PRODUCT
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name
    ]

    assert builders == [home]


def test_at_most_five_doubles_per_hundred_tests() -> None:
    tests = [function for module in modules("tests") for function in module.functions]
    count = sum(function.name.startswith("test_") for function in tests)
    doubles = sum(
        module.text.count(word)
        for module in modules("tests")
        for word in ("Mock(", "mock.patch", "monkeypatch.setattr")
        if not module.name.startswith("tests.architecture")
    )

    assert doubles <= count * 5 / 100
