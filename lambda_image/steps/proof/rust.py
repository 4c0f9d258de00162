"""Rust: `cargo test`, offline: the dependencies are vendored or in cargo's cache, or nothing is run."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, rust

CARGO = ("cargo", "test", "--offline", "--no-fail-fast")
_RESULT = re.compile(r"^test (?P<name>\S.*?) \.\.\. (?P<word>ok|FAILED)$")
# A test in a comment is named after its line, which moves with every line above it.
_IN_COMMENT = re.compile(r" \(line (?P<line>\d+)\)")
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
    said: list[tuple[str, str]] = []
    binary = ""
    for line in output.splitlines():
        if found := _BINARY.match(line):
            binary = found["name"]
        elif found := _RESULT.match(line):
            said.append((f"{binary}::{found['name']}", found["word"]))
    names = _lasting([name for name, _ in said])
    passed = tuple(names[name] for name, word in said if word == "ok")
    failed = tuple(names[name] for name, word in said if word != "ok")
    return Results(passed, failed, "test result:" in output)


def _lasting(names: list[str]) -> dict[str, str]:
    """Each test's name without its line; of several in one comment by their order."""
    told: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names, key=_line):
        told[_IN_COMMENT.sub("", name)].append(name)
    return {
        name: f"{bare} #{at}" if at > 1 else bare
        for bare, same in told.items()
        for at, name in enumerate(same, start=1)
    }


def _line(name: str) -> int:
    found = _IN_COMMENT.search(name)
    return int(found["line"]) if found else 0


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
