"""Whose a file of a repository is, by its CODEOWNERS.

GitHub Docs, "About code owners": the last pattern that fits counts; patterns are those of gitignore without
negation and without sets of characters. GitLab's sections have headings in brackets, which name no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate

# Where code hosts look, in their order.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
LARGEST = 3_000_000
_WORD = re.compile(r"(?:\\ |\S)+")
# Any number of folders.
_ANY = "**"


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules of one file, the last one first."""

    rules: tuple[tuple[Callable[[str], object], str], ...] = ()

    def of(self, path: str) -> str:
        """The owners of a path, with commas; empty where nobody is named."""
        return next((owners for fits, owners in self.rules if fits(path)), "")


def codeowners(text: str) -> CodeOwners:
    """Read a file; a pattern without owners takes what fits it from everybody."""
    rules = []
    for line in text[:LARGEST].splitlines():
        words = _WORD.findall(line.partition(" #")[0])
        if words and not words[0].startswith(("#", "[", "^[", "!")):
            rules.append((_fitting(words[0].replace("\\ ", " ")), ", ".join(words[1:])))
    return CodeOwners(tuple(reversed(rules)))


def _fitting(pattern: str) -> Callable[[str], bool]:
    """Anchored where a slash stands before its end; what fits a folder fits all below it.

    A path is gone through once, whatever the pattern: a repository may be anybody's.
    """
    bare = pattern.strip("/") if pattern != "/" else _ANY
    parts = bare.split("/")
    if "/" not in pattern.removesuffix("/"):
        parts.insert(0, _ANY)
    tests = [
        None if part == _ANY else re.compile(translate(part.replace("[", "[[]"))).match for part in parts
    ]
    # `docs/*` is the files of a folder and not what lies in folders of it; `docs/` is never a file.
    alone, folder = bare.endswith("/*"), pattern.endswith("/")

    def fits(path: str) -> bool:
        names = path.split("/")
        at = _reached({0}, tests)
        for number, name in enumerate(names, start=1):
            at = _reached({step + (test is not None) for step, test in _next(at, tests, name)}, tests)
            whole, last = len(tests) in at, number == len(names)
            if whole and (not alone if not last else not folder):
                return True
        return False

    return fits


Tests = Sequence[Callable[[str], object] | None]


def _next(at: set[int], tests: Tests, name: str) -> Iterator[tuple[int, Callable[[str], object] | None]]:
    """The steps that take this name."""
    for step in at:
        if step < len(tests) and ((test := tests[step]) is None or test(name)):
            yield step, test


def _reached(at: set[int], tests: Tests) -> set[int]:
    """With the steps behind those that need nothing."""
    found = set(at)
    for step in range(len(tests)):
        if step in found and tests[step] is None:
            found.add(step + 1)
    return found
