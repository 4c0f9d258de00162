"""Which languages can be run here, what of them must stay visible, and the environment that they need."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Without one of these the tests of its language cannot be run, which a proof says.
PROGRAMS = ("node", "go", "cargo", "java", "mvn", "php", "git")
NODE_BIN, PHPUNIT = "node_modules/.bin/", "vendor/bin/phpunit"
# Where an image keeps what the repositories' tests need, laid out as in a home.
DEPENDENCIES = Path("/opt/dependencies")
# Below a home, what was installed or downloaded; never a folder that keeps credentials beside it.
CACHES = (
    ".rustup",
    ".cargo/bin",
    ".cargo/registry",
    ".cargo/git",
    "go/pkg/mod",
    ".m2/repository",
    ".cache/composer/files",
)


@dataclass(frozen=True, slots=True)
class Toolchains:
    """`names` are the programs that are here; `folders` stay visible in the sandbox.

    `programs` are the folders to search for commands.
    """

    names: tuple[str, ...]
    folders: tuple[str, ...]
    programs: tuple[str, ...]
    home: Path

    def environment(self, tree: Path, home: Path) -> dict[str, str]:
        """All that a command in the sandbox sees: no variable of ours, no network, nothing to ask."""
        source = [str(path) for path in (tree, tree / "src") if path == tree or path.is_dir()]
        cargo = self.home / ".cargo"
        return {
            "PATH": os.pathsep.join(self.programs),
            "HOME": str(home),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(source),
            "CARGO_HOME": str(cargo if (cargo / "registry").is_dir() else home / "cargo"),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "RUSTUP_HOME": str(self.home / ".rustup"),
            "CGO_ENABLED": "0",
            "GOFLAGS": "-buildvcs=false",
            "GOMODCACHE": str(self.home / "go/pkg/mod"),
            "GOPROXY": "off",
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "MAVEN_OPTS": f"-Xmx512m -Dmaven.repo.local={self.home / '.m2/repository'}",
            "RUST_BACKTRACE": "1",
        }


@cache
def toolchains() -> Toolchains:
    """What is installed here."""
    home = DEPENDENCIES if DEPENDENCIES.is_dir() else Path.home()
    found = {name: path for name in PROGRAMS if (path := shutil.which(name))}
    # Those of a version manager are a link or a shim away from what they stand for.
    real = {str(Path(path).resolve().parent) for path in found.values()}
    caches = {str(home / name) for name in CACHES if (home / name).is_dir()}
    folders = {sys.prefix, sys.base_prefix} | caches
    below_home = {str(Path(each).parent) for each in real - caches if Path(each).is_relative_to(home)}
    programs = dict.fromkeys((str(Path(sys.executable).parent), *map(_folder, found.values())))
    return Toolchains(
        names=tuple(found),
        folders=tuple(sorted(folders | below_home)),
        programs=(*programs, *os.defpath.split(os.pathsep)),
        home=home,
    )


def program(word: str, tree: Path) -> str:
    """A word of a command: `python` is this interpreter, and what Node installed is looked for as Node does.

    That is in the folder that the word names, then in those above it, at last in that of the system. The
    machine's PHPUnit stands for one that the tree has not.
    """
    if word == "python":
        return sys.executable
    if word == PHPUNIT and not (tree / PHPUNIT).exists():
        return shutil.which("phpunit") or word
    folder, found, name = word.rpartition(NODE_BIN)
    if not found or "/" in name or ".." in folder:
        return word
    start = tree / folder
    below = (each for each in (start, *start.parents) if each.is_relative_to(tree))
    places = (each / NODE_BIN / name for each in (*below, Path("/")))
    return str(next((place for place in places if place.exists()), word))


def _folder(program: str) -> str:
    return str(Path(program).parent)
