"""What a package says of its tests: the framework, and the options that its script gives it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from lambda_image.steps.proof.tree import Tree

NODE = "node:test"
KNOWN = ("vitest", "jest", "mocha")
UNKNOWN = (
    "ava",
    "jasmine",
    "karma",
    "tap",
    "uvu",
    "qunit",
    "bun",
    "deno",
    "react-scripts",
    "playwright",
    "cypress",
)
# Options of a test script without which its tests would be others; each stands before its value.
TAKEN = {
    NODE: ("-r", "--require", "--import", "--loader", "--experimental-loader"),
    "jest": ("-c", "--config", "--env", "--testEnvironment", "--selectProjects", "--rootDir"),
    "vitest": ("-c", "--config", "--root", "--dir", "--project", "--environment"),
    "mocha": ("-r", "--require", "--import", "--loader", "--config", "-u", "--ui", "--extension"),
}
# What makes Node read TypeScript, by the package that does it.
LOADERS = {"tsx": ("--import", "tsx"), "ts-node": ("--require", "ts-node/register")}
_SEPARATOR = re.compile(r"&&|\|\||;|\|")
_RUN = re.compile(r"\b(?:npm|pnpm|yarn) (?:run |run-script )?([\w:.-]+)")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True, slots=True)
class Package:
    """A folder with a `package.json` ("" is the top), its framework, and what its script says of the run.

    `major` is the framework's version as far as it is told, else 0.
    """

    folder: str
    framework: str
    options: tuple[str, ...] = ()
    node: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    modules: bool = False
    loader: str = ""
    major: int = 0


def package_of(tree: Tree, path: str) -> Package:
    """The nearest package above a file that names a framework; else the nearest, whose tests are Node's."""
    nearest: Package | None = None
    parts = path.split("/")[:-1]
    for depth in range(len(parts), -1, -1):
        folder = "/".join(parts[:depth])
        name = f"{folder}/package.json" if folder else "package.json"
        if name not in tree.names:
            continue
        told = tree.json(name)
        framework = _framework(told)
        found = _read(folder, told, framework or NODE)
        if framework:
            return found
        nearest = nearest or found
    return nearest or Package("", NODE)


def _framework(told: dict[str, Any]) -> str | None:
    """That of its script; else one that it has installed."""
    words = _words(_script(told))
    if "--test" in words:
        return NODE
    named = [PurePosixPath(word).stem for word in words]
    if found := next((word for word in named if word in (*KNOWN, *UNKNOWN)), None):
        return found
    return next((name for each in (KNOWN, UNKNOWN) for name in each if name in _installed(told)), None)


def _read(folder: str, told: dict[str, Any], framework: str) -> Package:
    for segment in _SEPARATOR.split(_script(told)):
        words = _words(segment)
        at = next((i for i, word in enumerate(words) if _starts(word, framework)), None)
        if at is None:
            continue
        before, after = words[:at], words[at + 1 :]
        # The options of `node … node_modules/jest/bin/jest.js` are Node's.
        node, options = _taken(before, NODE), _taken(after, framework)
        if framework == NODE:
            node, options = options, ()
        given = tuple(word for word in before if _ASSIGNED.match(word))
        break
    else:
        node = options = given = ()
    names = (*_words(_script(told)), *_installed(told))
    loader = next((name for name in LOADERS if name in names), "")
    modules, major = told.get("type") == "module", _major(told, framework)
    return Package(folder, framework, options, node, given, modules, loader, major)


def _starts(word: str, framework: str) -> bool:
    name = PurePosixPath(word).stem
    return name in {"node", "tsx"} if framework == NODE else name == framework


def _taken(words: list[str], framework: str) -> tuple[str, ...]:
    found: list[str] = []
    for word, value in pairwise((*words, "")):
        name, assigned, _ = word.partition("=")
        if name in TAKEN.get(framework, ()):
            found += [word] if assigned else [word, value] if value else []
        elif framework == NODE and name.startswith("--experimental-"):
            found.append(word)
    return tuple(found)


def _script(told: dict[str, Any]) -> str:
    """The command of `npm test`; where that runs another script, that one's."""
    scripts = told.get("scripts")
    if not isinstance(scripts, dict):
        return ""
    return _RUN.sub(lambda found: str(scripts.get(found[1], found[0])), str(scripts.get("test", "")))


def _installed(told: dict[str, Any]) -> dict[str, str]:
    """What it depends on, by name, with the versions that fit."""
    kinds = (told.get(key) for key in ("dependencies", "devDependencies"))
    return {name: str(fit) for kind in kinds if isinstance(kind, dict) for name, fit in kind.items()}


def _major(told: dict[str, Any], framework: str) -> int:
    first = re.search(r"\d+", _installed(told).get(framework, ""))
    return int(first[0]) if first else 0


def _words(script: str) -> list[str]:
    try:
        return shlex.split(script)
    except ValueError:
        return script.split()
