"""How the tests of a package are run, and how one for it is asked for."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from lambda_image.steps.proof.javascript.packages import LOADERS, NODE, UNKNOWN, Package, package_of
from lambda_image.steps.proof.runner import Asked, Command, slug
from lambda_image.steps.proof.tree import Tree

SCRIPTS = (".js", ".mjs", ".cjs", ".jsx")
TYPED = (".ts", ".mts", ".cts", ".tsx")
SUFFIXES = (*SCRIPTS, *TYPED)
# One process at a time, its report as JSON, and nothing that another option of the package would make fail.
WORDS = {
    NODE: ("--test", "--test-reporter=tap"),
    "jest": ("--json", "--ci", "--runInBand", "--watchman=false", "--coverage=false", "--runTestsByPath"),
    "vitest": ("run", "--reporter=json", "--no-file-parallelism", "--coverage.enabled=false"),
    "mocha": ("--reporter=json", "--exit"),
}
# Older ones end by themselves, and refuse to be told to.
FIRST_TO_BE_ENDED = 4
BEGIN = {
    NODE: "Begin with `{node}` and node:assert",
    "jest": "`test` and `expect` are there without an import",
    "vitest": "Begin with `import {{ test, expect }} from 'vitest'`",
    "mocha": "`it` is there without an import; use node:assert",
}
_MODULE = re.compile(r"^(?:import\b|export\b)", re.MULTILINE)
_TEST_NAME = re.compile(r"(?:^test$|^test-|[.\-_](?:test|spec)$)")


def is_test(path: str) -> bool:
    """Whether a file holds tests, by its path."""
    folders = path.split("/")
    name = folders.pop()
    if "node_modules" in folders or not name.endswith(SUFFIXES) or name.endswith(".d.ts"):
        return False
    return bool(_TEST_NAME.search(name.rpartition(".")[0])) or bool({"test", "__tests__"} & set(folders))


def command(package: Package, tests: tuple[str, ...]) -> Command:
    """Runs these tests of a package, in its folder, with the programs that it has installed."""
    below = tuple(posixpath.relpath(test, package.folder or ".") for test in tests)
    node, environment = package.node, package.environment
    if package.framework == NODE:
        typed = any(test.endswith(TYPED) for test in tests) and not {"--import", "--require", "-r"} & set(
            node
        )
        words = ("node", *node, *(LOADERS.get(package.loader, ()) if typed else ()))
    else:
        words = (posixpath.join(package.folder, f"node_modules/.bin/{package.framework}"), *package.options)
        if node:
            environment = (*environment, f"NODE_OPTIONS={' '.join(node)}")
    folder = ("-C", package.folder) if package.folder else ()
    before = ("env", *folder, *environment) if folder or environment else ()
    first, *rest = words
    own = WORDS[package.framework]
    if package.framework == "mocha" and 0 < package.major < FIRST_TO_BE_ENDED:
        own = own[:1]
    if package.framework == "vitest":
        return (*before, first, own[0], *rest, *own[1:], *below)
    return (*before, first, *rest, *own, *below)


def missing(package: Package) -> str | None:
    """Why the tests of a package cannot be run by anyone here."""
    if package.framework in UNKNOWN:
        return f"the repository's tests are run by {package.framework}, which is not known here"
    return None


def asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    """A test beside those that are there, named as they are; it loads the function as the file gives it."""
    package = package_of(tree, file)
    if missing(package):
        return None
    place, typed = PurePosixPath(file), file.endswith(TYPED)
    path = _path(tree, place, package, slug(fingerprint))
    loaded = posixpath.relpath(file, posixpath.dirname(path) or ".")
    loaded = loaded if loaded.startswith(".") else f"./{loaded}"
    if typed and (package.framework != NODE or package.loader == "ts-node"):
        loaded = loaded.removesuffix(place.suffix)
    modern = (
        typed
        or place.suffix == ".mjs"
        or (place.suffix != ".cjs" and (package.modules or bool(_MODULE.search(tree.text(file)))))
    )
    how = f"`import ... from '{loaded}'`" if modern else f"`require('{loaded}')`"
    node = "import test from 'node:test'" if modern else "const test = require('node:test')"
    return Asked(
        path=path,
        function=function,
        framework=package.framework,
        fence="typescript" if typed else "javascript",
        instruction=(
            f"{BEGIN[package.framework].format(node=node)}, and load the function with {how}. Do not use"
            " throws, toThrow, rejects or try; the test must fail now and pass once the bug is fixed."
        ),
    )


def _path(tree: Tree, place: PurePosixPath, package: Package, mark: str) -> str:
    kinds = TYPED if place.suffix in TYPED else SCRIPTS
    inside = f"{package.folder}/" if package.folder else ""
    tests = [
        name for name in tree.names if name.endswith(kinds) and name.startswith(inside) and is_test(name)
    ]
    near = max(tests, key=lambda name: _nearness(name, place), default="")
    folder = PurePosixPath(near).parent if near else place.parent
    word = "spec" if re.search(r"[._-]spec\.\w+$", near) else "test"
    return str(folder / f"{place.stem}.{mark}.{word}{place.suffix}")


def _nearness(test: str, place: PurePosixPath) -> tuple[bool, int, str]:
    """That of the file itself first, then that which has most folders in common with it."""
    name = PurePosixPath(test)
    return (
        name.name.startswith(place.stem),
        len(posixpath.commonpath([str(name.parent), str(place.parent)]).split("/")),
        test,
    )
