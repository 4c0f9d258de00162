"""Rust: `cargo test`, offline: the dependencies are vendored or in cargo's cache, or nothing is run."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, rust

CARGO = ("cargo", "test", "--offline", "--no-fail-fast")
_RESULT = re.compile(r"^test (?P<name>\S.*?) \.\.\. (?P<word>ok|FAILED)$")
_BINARY = re.compile(r"^ +(?:Running (?:unittests )?|Doc-tests )(?P<name>\S+)")
_PANIC = re.compile(r"^(?=thread '.*panicked at )", re.MULTILINE)


def _own(tree: Tree, _tests: tuple[str, ...]) -> Command | None:
    return CARGO if "Cargo.toml" in tree.names else None


def _missing(tree: Tree) -> str | None:
    return None if "Cargo.toml" in tree.names else "there is no Cargo.toml at the top of the tree"


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    folder = str(PurePosixPath(reproduction.path).parent.parent)
    manifest = "Cargo.toml" if folder == "." else f"{folder}/Cargo.toml"
    return (*CARGO, "--manifest-path", manifest, "--test", PurePosixPath(reproduction.path).stem)


def _results(_code: int | None, output: str) -> Results:
    passed: list[str] = []
    failed: list[str] = []
    binary = ""
    for line in output.splitlines():
        if found := _BINARY.match(line):
            binary = found["name"]
        elif found := _RESULT.match(line):
            (passed if found["word"] == "ok" else failed).append(f"{binary}::{found['name']}")
    return Results(tuple(passed), tuple(failed), "test result:" in output)


def _traces(output: str) -> list[Trace]:
    read = (rust.read(piece) for piece in parts(_PANIC, output))
    return [trace for trace in read if trace is not None]


def _asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    """An integration test, which sees what a library offers; of a program alone nothing can be called."""
    top = tree.above(file, "Cargo.toml")
    if top is None:
        return None
    prefix = f"{top}/" if top else ""
    name = tree.toml(f"{prefix}Cargo.toml").get("package", {}).get("name")
    inner = PurePosixPath(file.removeprefix(prefix)).with_suffix("").parts
    if not name or f"{prefix}src/lib.rs" not in tree.names or inner[0] != "src":
        return None
    crate = str(name).replace("-", "_")
    modules = [part for part in inner[1:] if part not in {"lib", "mod"}]
    return Asked(
        path=f"{prefix}tests/tracemend_{slug(fingerprint)}.rs",
        function=function,
        framework="Rust",
        fence="rust",
        instruction=(
            f"It is an integration test: call `{'::'.join((crate, *modules, function))}`."
            " Do not use should_panic; the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner(
    "Rust",
    "cargo",
    (".rs",),
    lambda path: path.endswith(".rs"),
    _own,
    _alone,
    _results,
    _traces,
    _asked,
    _missing,
)
