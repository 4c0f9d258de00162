"""What looks at a changed file without running it: a parser, the repository's formatter and its linter."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_image.steps.proof.tree import Tree

# A parser by the ending of a file; each prints what is wrong and ends with another code than 0.
PARSERS = {
    ".js": ("node", "--check"),
    ".mjs": ("node", "--check"),
    ".cjs": ("node", "--check"),
    ".go": ("gofmt", "-e", "-l"),
    ".php": ("php", "-l"),
    ".rb": ("ruby", "-c"),
    ".sh": ("bash", "-n"),
}
NODE_BIN = "node_modules/.bin/"
ESLINT = re.compile(r"(?:^|/)(?:\.eslintrc(?:\.\w+)?|eslint\.config\.\w+)$")
PRETTIER = re.compile(r"(?:^|/)(?:\.prettierrc(?:\.\w+)?|prettier\.config\.\w+)$")
SCRIPTS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts")
MISSING = 127
_NO_MODULE = re.compile(r"No module named '?(?:ruff|black|flake8)\b")


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one file; `silent` ones find something exactly when they print.

    What a `parser` finds leaves nothing to run.
    """

    name: str
    path: str
    command: tuple[str, ...]
    silent: bool = False
    parser: bool = False


def fault(path: str, content: bytes) -> str | None:
    """What our own parsers find: Python, JSON and TOML. None where they find nothing or know nothing."""
    try:
        if path.endswith(".py"):
            ast.parse(content)
        elif path.endswith(".json"):
            json.loads(content)
        elif path.endswith(".toml"):
            tomllib.loads(content.decode())
    except (SyntaxError, ValueError, RecursionError) as error:
        kind = {"py": "Python", "json": "JSON"}.get(path.rpartition(".")[2], "TOML")
        return f"{path} is not valid {kind} with the change: {error}"
    return None


def checks(tree: Tree, path: str) -> tuple[Check, ...]:
    """The parser of the file, and the formatters and linters that its repository asks for."""
    found = [
        Check(words[0], path, (*words, path), parser=True)
        for end, words in PARSERS.items()
        if path.endswith(end)
    ]
    return (*found, *_configured(tree, path))


def found_by(check: Check, code: int | None, output: str) -> str | None:
    """What a check says; None where it has nothing to say."""
    return output.strip() or "no reason given" if (output.strip() if check.silent else code != 0) else None


def is_missing(code: int | None, output: str) -> bool:
    """Whether the program of a check is not there."""
    return code == MISSING or bool(_NO_MODULE.search(output))


def new_complaints(before: str, after: str) -> list[str]:
    """The lines that were not said before the change, whatever numbers stand in them."""
    known = Counter(map(_plain, before.splitlines()))
    new = []
    for line in after.splitlines():
        if known[_plain(line)] > 0:
            known[_plain(line)] -= 1
        elif line.strip():
            new.append(line.strip())
    return new


def _plain(line: str) -> str:
    return re.sub(r"\d+", "", line).strip()


def _configured(tree: Tree, path: str) -> Iterator[Check]:
    if path.endswith(".py"):
        yield from _python(tree, path)
    elif path.endswith(".go"):
        yield Check("gofmt", path, ("gofmt", "-l", path), silent=True)
    elif path.endswith(".rs") and {"rustfmt.toml", ".rustfmt.toml"} & set(tree.names):
        yield Check("rustfmt", path, ("rustfmt", "--check", "-l", path), silent=True)
    elif path.endswith(SCRIPTS):
        package = tree.json("package.json")
        for name, pattern, key, more in (
            ("eslint", ESLINT, "eslintConfig", ()),
            ("prettier", PRETTIER, "prettier", ("--check",)),
        ):
            if key in package or any(map(pattern.search, tree.names)):
                yield Check(name, path, (f"{NODE_BIN}{name}", *more, path))


def _python(tree: Tree, path: str) -> Iterator[Check]:
    tools = tree.toml("pyproject.toml").get("tool", {})
    names = set(tree.names)
    if "ruff" in tools or {"ruff.toml", ".ruff.toml"} & names:
        words = ("python", "-m", "ruff", "check", "--no-cache", "--quiet", "--output-format=concise", path)
        yield Check("ruff", path, words)
    if "format" in tools.get("ruff", {}):
        yield Check("ruff format", path, ("python", "-m", "ruff", "format", "--no-cache", "--check", path))
    if "black" in tools:
        yield Check("black", path, ("python", "-m", "black", "--check", "--quiet", path))
    if ".flake8" in names or any("[flake8]" in tree.text(each) for each in ("setup.cfg", "tox.ini")):
        yield Check("flake8", path, ("python", "-m", "flake8", path))
