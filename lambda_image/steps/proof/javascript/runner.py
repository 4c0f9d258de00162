"""The runner of JavaScript and TypeScript.

Node reads TypeScript by itself since 22.18; before, with what the package names for it.
"""

from __future__ import annotations

import re

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.javascript import tap
from lambda_image.steps.proof.javascript.frameworks import SUFFIXES, asked, command, is_test, missing
from lambda_image.steps.proof.javascript.packages import package_of
from lambda_image.steps.proof.javascript.report import as_tap
from lambda_image.steps.proof.runner import Command, Runner
from lambda_image.steps.proof.tree import Tree

_UNREAD = re.compile(
    r"Unknown file extension \"\.[mc]?tsx?\"|ERR_UNKNOWN_FILE_EXTENSION"
    r"|Cannot find package '(?P<name>tsx|ts-node)'"
)


def _own(tree: Tree, tests: tuple[str, ...]) -> Command | None:
    """Those of the nearest test's package: another one's may be run by another framework."""
    if not tests:
        return None
    package = package_of(tree, tests[0])
    inside = f"{package.folder}/" if package.folder else ""
    same = tuple(test for test in tests if test.startswith(inside))
    return None if missing(package) else command(package, same)


def _missing(tree: Tree) -> str | None:
    first = next((name for name in tree.names if is_test(name)), "package.json")
    return missing(package_of(tree, first))


def _alone(tree: Tree, reproduction: Reproduction) -> Command:
    return command(package_of(tree, reproduction.path), (reproduction.path,))


def _gap(output: str) -> str | None:
    if found := _UNREAD.search(output):
        reader = (
            f"{found['name']} is not there"
            if found["name"]
            else "the repository names neither tsx nor ts-node"
        )
        return f"this Node reads no TypeScript, and {reader}"
    return None


RUNNER = Runner(
    "JavaScript",
    "node",
    SUFFIXES,
    is_test,
    _own,
    _alone,
    tap.results,
    tap.traces,
    asked,
    _missing,
    plain=as_tap,
    gap=_gap,
)
