"""The repository's tests that touch a change: those that name it, or what names it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from lambda_image.steps.proof.runner import Runner
from lambda_image.steps.proof.tree import Tree

# So many steps from the change to a test, by way of files that name one another.
STEPS = 3
MOST = 60
# A name that stands for a folder, not for its file.
_FOLDERS = ("__init__", "index", "mod", "lib", "main")


def touching(tree: Tree, changed: Iterable[str], runner: Runner) -> tuple[str, ...]:
    """Test files, nearest first; all of them where none names the change and they are not too many."""
    changed = tuple(changed)
    texts = tree.texts(runner.suffixes)
    tests = [path for path in texts if runner.is_test(path)]
    reached = {path for path in changed if path in texts}
    found = [path for path in tests if path in reached]
    frontier = set(reached)
    for _ in range(STEPS):
        names = {name for path in frontier if (name := _name(path))}
        if not names:
            break
        named = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(names)))})(?![\w-])")
        frontier = {path for path, text in texts.items() if path not in reached and named.search(text)}
        reached |= frontier
        found += sorted((path for path in frontier if path in tests), key=lambda path: _away(path, changed))
        # What only other tests name is no part of the program.
        frontier = {path for path in frontier if path not in tests}
    if not found and len(tests) <= MOST:
        return tuple(tests)
    return tuple(found[:MOST])


def _away(path: str, changed: tuple[str, ...]) -> tuple[int, str]:
    """The more folders a test has in common with a change, the sooner it comes."""
    common = (posixpath.commonprefix([path.split("/")[:-1], each.split("/")[:-1]]) for each in changed)
    return -max(map(len, common), default=0), path


def _name(path: str) -> str:
    place = PurePosixPath(path)
    return place.parent.name if place.stem in _FOLDERS else place.stem
