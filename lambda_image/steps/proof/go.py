"""Go: `go test`, a package at a time; a panic ends the tests of its package."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, go

GO = ("go", "test", "-v", "-timeout", "60s")
_RESULT = re.compile(r"^ *--- (?P<word>PASS|FAIL): (?P<name>\S+)")
_PACKAGE = re.compile(r"^(?:ok|FAIL|\?) *\t(?P<name>\S+)(?P<rest>.*)$")
_FUNCTION = re.compile(r"^func (Test\w+)\(", re.MULTILINE)
_PANIC = re.compile(r"^(?=panic: )", re.MULTILINE)
_NAME = re.compile(r"^package (\w+)", re.MULTILINE)


def _own(_tree: Tree, tests: tuple[str, ...]) -> Command | None:
    return (*GO, "./...") if tests else None


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    names = "|".join(_FUNCTION.findall(reproduction.code))
    return (*GO, "-run", f"^({names})$", f"./{PurePosixPath(reproduction.path).parent}")


def _results(code: int | None, output: str) -> Results:
    """Ids are package and test; a package that cannot be built fails as one."""
    passed: list[str] = []
    failed: list[str] = []
    here: list[tuple[str, str]] = []
    for line in output.splitlines():
        if found := _RESULT.match(line):
            here.append((found["word"], found["name"]))
        elif found := _PACKAGE.match(line):
            package = found["name"]
            passed += [f"{package}.{name}" for word, name in here if word == "PASS"]
            broken = [f"{package}.{name}" for word, name in here if word == "FAIL"]
            if line.startswith("FAIL") and not broken:
                broken = [f"{package}{found['rest'] if '[' in found['rest'] else ''}"]
            failed += broken
            here = []
    ran = bool(passed or failed) or code == 0
    return Results(tuple(dict.fromkeys(passed)), tuple(dict.fromkeys(failed)), ran)


def _traces(output: str) -> list[Trace]:
    read = (go.read(piece) for piece in parts(_PANIC, output))
    return [trace for trace in read if trace is not None and trace.frames]


def _asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    place = PurePosixPath(file)
    package = _NAME.search(tree.text(file))
    if package is None:
        return None
    return Asked(
        path=str(place.with_name(f"{place.stem}_{slug(fingerprint)}_test.go")),
        function=function,
        framework="Go",
        fence="go",
        instruction=(
            f"The test stands in the same folder: begin with `package {package[1]}` and call the function"
            " directly. Do not use recover; the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner(
    "Go", "go", (".go",), lambda path: path.endswith("_test.go"), _own, _alone, _results, _traces, _asked
)
