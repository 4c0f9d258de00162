"""Python by its own parser; what that refuses is read by indentation."""

from __future__ import annotations

import ast
import re
import warnings

from lambda_image.domain.code import CLASS, FUNCTION, Definition, Outline

_HEAD = re.compile(r"^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t].+?[ \t]import\b|import\b).*$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")


def read(text: str) -> Outline:
    """Functions, classes and imported names of Python source."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _by_indentation(text)
    definitions: list[Definition] = []
    imports: set[str] = set()
    # Statements alone, which are a fraction of all nodes.
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            definitions.append(_definition(node))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imports.update(_imported(node))
        waiting.extend(
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case)
        )
    return Outline(tuple(sorted(definitions, key=lambda each: (each.start, -each.end))), frozenset(imports))


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Definition:
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    kind = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
    return Definition(node.name, start, node.end_lineno or node.lineno, kind)


def _imported(node: ast.Import | ast.ImportFrom) -> set[str]:
    named = [alias.name for alias in node.names] + [alias.asname or "" for alias in node.names]
    module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
    return {word for name in (*named, module) for word in name.split(".") if word}


def _by_indentation(text: str) -> Outline:
    """A definition ends before the next line that is not indented further. Strings may mislead it."""
    lines = text.split("\n")
    found = []
    for head in _HEAD.finditer(text):
        start = text.count("\n", 0, head.start()) + 1
        indent = len(head[1].expandtabs())
        end = start
        for at in range(start, len(lines)):
            line = lines[at]
            if line.strip():
                if len(line) - len(line.lstrip()) <= indent and line.lstrip()[0] not in ")]}#":
                    break
                end = at + 1
        found.append(Definition(head[3], start, end, CLASS if head[2] == "class" else FUNCTION))
    words = {word for line in _IMPORT.findall(text) for word in _WORD.findall(line)}
    return Outline(tuple(found), frozenset(words))
