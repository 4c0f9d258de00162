"""What a part of the code uses: the definitions behind its names, as far as imports tell them apart."""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from lambda_image.domain.code import REST, Part
from lambda_image.steps.code.places import is_test
from lambda_image.steps.code.tree import Tree

_USED = re.compile(r"(?P<name>[^\W\d]\w*)(?P<called>\s*[(!<]|\s*\.\s*new\b)?")
_WORDS = frozenset(keyword.kwlist) | frozenset(
    "self this cls super new function const let var public private protected static void int string "
    "bool null undefined typeof instanceof func type struct interface package fn impl pub mut use end "
    "unless elsif nil echo array foreach print len str dict list set tuple range isinstance getattr "
    "hasattr object".split()
)
# How sure it is that a name means a definition: by what connects the two.
SAME_FILE, IMPORTED, UNIQUE = 1.0, 0.9, 0.5
FEW = 3
# These stand for their folder.
_FOLDERS = {"__init__", "index", "mod", "main", "lib", "package"}


def uses(tree: Tree, part: Part, focus: frozenset[int]) -> Iterator[tuple[Part, float, str]]:
    """Definitions that a part names, how much each is worth (0 to 1), and the name.

    Names on the `focus` lines count most, then what is called.
    """
    weights = _weights(tree, part, focus)
    by_name: dict[str, list[Part]] = defaultdict(list)
    for found in tree.named(weights.keys()):
        if found != part and found.kind != REST:
            by_name[found.name].append(found)
    imports = tree.outline(part.file).imports
    for name, candidates in by_name.items():
        sure, meant = _meant(candidates, part, imports)
        for each in meant:
            yield each, weights[name] * sure / len(meant) ** 0.5, name


def _weights(tree: Tree, part: Part, focus: frozenset[int]) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for number, line in enumerate(tree.lines(part).split("\n"), start=part.start):
        for match in _USED.finditer(line):
            name = match["name"]
            if name in _WORDS or len(name) < 2:
                continue
            worth = 0.6 if match["called"] else 0.4
            if number in focus:
                worth += 0.3
            weights[name] = max(weights.get(name, 0.0), worth)
    weights.pop(part.name, None)
    return weights


def _meant(candidates: list[Part], part: Part, imports: frozenset[str]) -> tuple[float, list[Part]]:
    """Those of the definitions with one name that the part can mean, and how sure that is."""
    own = [each for each in candidates if each.file == part.file]
    if own:
        return SAME_FILE, own
    code = [each for each in candidates if not is_test(each.file) or is_test(part.file)]
    imported = [each for each in code if _is_imported(each, imports)]
    if imported:
        return IMPORTED, imported
    near = [each for each in code if PurePosixPath(each.file).parent == PurePosixPath(part.file).parent]
    few = near if near and len(near) <= FEW else code
    return (UNIQUE, few) if len(few) <= FEW else (0.0, [])


def _is_imported(candidate: Part, imports: frozenset[str]) -> bool:
    path = PurePosixPath(candidate.file)
    folder = path.parent.name
    if path.stem.split(".")[0] in _FOLDERS:
        return folder in imports
    return (
        path.stem in imports
        or (folder in imports and candidate.name in imports)
        or (path.suffix == ".go" and folder in imports)
    )
