"""Names, rooms and pages that have to agree with one another."""

from __future__ import annotations

import ast
import re
import subprocess

from lambda_image.domain import errors
from tests.architecture.source import PACKAGES, ROOT, Module, faults, modules

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


def test_the_drawn_error_tree_is_the_real_one() -> None:
    drawn = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^((?:[│ ] {3})*)(?:[├└]── )?(\w+)$", line)
        if not found:
            continue
        depth = len(found[1]) // 4 + ("── " in line)
        path[depth:] = [found[2]]
        drawn[found[2]] = path[depth - 1] if depth else "Exception"
    real = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, Exception)
    }

    assert drawn == real


def test_names_say_something() -> None:
    def empty(module: Module) -> list[str]:
        stem = [module.path.stem] if module.path.stem in EMPTY_NAMES else []
        return stem + re.findall(r"^class \w*(?:Manager|Helper|Utils)\b", module.text, re.MULTILINE)

    assert not faults(modules(), empty)


def test_nothing_is_printed() -> None:
    def printed(module: Module) -> list[int]:
        return [
            node.lineno
            for node in module.nodes
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
        ]

    assert not faults(modules(), printed)


def test_every_room_has_a_readme() -> None:
    rooms = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")}
    bare = sorted(str(room.relative_to(ROOT)) for room in rooms if not (room / "README.md").exists())

    assert not bare


def test_the_readme_lists_the_make_targets() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text()))

    assert targets - {"help"} <= named | {"lock", "format", "unit", "setup-demo"}
    assert named <= targets


def test_prompts_live_in_files() -> None:
    long = [
        (module.name, node.lineno)
        for module in modules("lambda_image/steps", "lambda_image/adapters")
        for node in module.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if len(node.value) > 600 and not is_docstring(module, node) and not is_pattern(module, node)
    ]

    assert not long


def is_pattern(module: Module, constant: ast.Constant) -> bool:
    """Whether this string is compiled as a regular expression."""
    calls = (node for node in module.nodes if isinstance(node, ast.Call))
    return any(ast.unparse(call.func) == "re.compile" and constant in call.args for call in calls)


def is_docstring(module: Module, constant: ast.Constant) -> bool:
    """Whether this string documents a module, class or function."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return any(
        isinstance(node, owners) and node.body and getattr(node.body[0], "value", None) is constant
        for node in module.nodes
    )


def test_no_static_keys_and_no_machine_paths() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    wrong = []
    for name in files.stdout.split():
        path = ROOT / name
        if path.suffix in {".lock", ".gz", ".png"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if re.search(r"\bAKIA[0-9A-Z]{16}\b|/roo[t]/|ghp_[A-Za-z0-9]{36}", text):
            wrong.append(name)

    assert not wrong
