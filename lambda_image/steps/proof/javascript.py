"""JavaScript and TypeScript: Node's own test runner, with its TAP report.

Node reads TypeScript without help since 22.18; an older one refuses the file, as any other failure is told.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, javascript

NODE = ("node", "--test", "--test-reporter=tap")
SUFFIXES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
OTHERS = ("jest", "vitest", "mocha", "ava", "jasmine", "karma")
_RESULT = re.compile(r"^(?P<depth> *)(?P<word>ok|not ok) \d+ - (?P<name>.*?)(?P<skip> # (?:SKIP|TODO).*)?$")
# A file that cannot be loaded is a test of its own, named by its whole path.
_TREE = re.compile(r"/[\w./-]*/verify-\w+/tree/")
_FAILED = re.compile(r"^(?= *not ok )", re.MULTILINE)
_FIELD = re.compile(r"^ *(?P<key>error|name|failureType): (?P<value>.*)$", re.MULTILINE)
_STACK = re.compile(r"^ *stack: \|-\n(?P<frames>.*?)^ *\.\.\.$", re.MULTILINE | re.DOTALL)


def _is_test(path: str) -> bool:
    parts_ = path.split("/")
    if "node_modules" in parts_ or not path.endswith(SUFFIXES):
        return False
    stem = parts_[-1].rsplit(".", 1)[0]
    return bool(re.search(r"(?:^test$|^test-|[.\-_](?:test|spec)$)", stem)) or "test" in parts_[:-1]


def _own(tree: Tree, tests: tuple[str, ...]) -> Command | None:
    return (*NODE, *tests) if tests and _missing(tree) is None else None


def _missing(tree: Tree) -> str | None:
    asked = str(tree.json("package.json").get("scripts", {}).get("test", ""))
    other = next((each for each in OTHERS if re.search(rf"\b{each}\b", asked)), None)
    return f"the repository's tests are run by {other}, which is not in its tree" if other else None


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    return (*NODE, reproduction.path)


def _results(_code: int | None, output: str) -> Results:
    passed: list[str] = []
    failed: list[str] = []
    path: list[str] = []
    for line in _TREE.sub("", output).splitlines():
        if line.lstrip().startswith("# Subtest: "):
            depth = (len(line) - len(line.lstrip())) // 4
            path = [*path[:depth], line.strip().removeprefix("# Subtest: ")]
        elif (found := _RESULT.match(line)) and not found["skip"]:
            depth = len(found["depth"]) // 4
            name = " > ".join((*path[:depth], found["name"]))
            (passed if found["word"] == "ok" else failed).append(name)
    return Results(tuple(dict.fromkeys(passed)), tuple(dict.fromkeys(failed)), "TAP version" in output)


def _traces(output: str) -> list[Trace]:
    found = []
    for piece in parts(_FAILED, output):
        text = "\n".join(piece)
        fields = {each["key"]: each["value"] for each in _FIELD.finditer(text)}
        stack = _STACK.search(text)
        if stack is None:
            continue
        frames = [f"    at {line}" for line in textwrap.dedent(stack["frames"]).splitlines()]
        kind, message = (fields.get(name, "").strip("\"'") for name in ("name", "error"))
        head = f"{kind or 'Error'}: {message}"
        if trace := javascript.read([head, *frames]):
            found.append(trace)
    return found


def _asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    place = PurePosixPath(file)
    top = tree.above(file, "package.json") or ""
    package = tree.json(f"{top}/package.json" if top else "package.json")
    modern = place.suffix in {".mjs", ".ts", ".mts"} or (
        place.suffix == ".js" and package.get("type") == "module"
    )
    how = f"`import ... from './{place.name}'`" if modern else f"`require('./{place.name}')`"
    test = "import test from 'node:test'" if modern else "const test = require('node:test')"
    return Asked(
        path=str(place.with_name(f"{place.stem}.{slug(fingerprint)}.test{place.suffix}")),
        function=function,
        framework="node:test",
        fence="javascript",
        instruction=(
            f"Begin with `{test}` and node:assert, and load the function with {how}. Do not use assert.throws"
            " or try; the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner("JavaScript", "node", SUFFIXES, _is_test, _own, _alone, _results, _traces, _asked, _missing)
