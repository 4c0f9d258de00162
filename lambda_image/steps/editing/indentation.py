"""New lines moved to where the file stands, seen from how the searched lines stood off from it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

Move = Callable[[str], str | None]
Pair = tuple[str, str]


def indent(line: str) -> str:
    """The white space that a line begins with."""
    found = re.match(r"[ \t]*", line)
    return found[0] if found else ""


def movement(pairs: Iterable[Pair], written: Iterable[str], lines: Sequence[str]) -> Move | None:
    """How an indent of the answer reads in the file, from pairs of both; None where that is not clear.

    The same, more or less of the same, other units (two spaces for four, spaces for tabs), or else only
    indents that were seen. `written` are the indents of the new lines, `lines` those of the file. The
    movement gives None for an indent of which nothing is known.
    """
    known = sorted(set(pairs), key=lambda pair: (len(pair[0]), len(pair[1])))
    new = [*written]
    ours, theirs = ({pair[side] for pair in known} for side in (0, 1))
    shifted, scaled = _shifted(known), _scaled(known)
    step = _step(lines)
    if step and _odd(known, step) and any(each in theirs - ours for each in new):
        return None
    if shifted and scaled and any(shifted(each) != scaled(each) for each in new):
        return shifted if _unit([*ours, *new]) == step else None
    return shifted or scaled or _seen(known)


def _odd(pairs: list[Pair], step: str) -> bool:
    """Whether the sides stand off by what is no step of the file: a new line may stand right as it is."""
    return any((len(mine) - len(there)) % len(step) for mine, there in pairs)


def _step(lines: Sequence[str]) -> str | None:
    """What a file's lines are most often indented by more than the one before."""
    indents = [indent(line) for line in lines if line.strip()]
    deeper = Counter(
        new.removeprefix(old) for old, new in pairwise(indents) if new != old and new.startswith(old)
    )
    return deeper.most_common(1)[0][0] if deeper else None


def _shifted(pairs: list[Pair]) -> Move | None:
    ours, theirs = pairs[0] if pairs else ("", "")
    more = theirs.removesuffix(ours) if theirs.endswith(ours) else None
    if more is not None and all(more + mine == there for mine, there in pairs):
        return lambda new: more + new
    less = ours.removesuffix(theirs) if ours.endswith(theirs) else None
    if less is not None and all(mine == less + there for mine, there in pairs):
        return lambda new: new.removeprefix(less) if new.startswith(less) else None
    return None


def _scaled(pairs: list[Pair]) -> Move | None:
    units = [_unit(side) for side in zip(*pairs, strict=True)]
    if None in units or len(units) != len(("ours", "theirs")):
        return None
    (ours, theirs) = (unit for unit in units if unit)
    if any(mine != ours * _levels(there, theirs) for mine, there in pairs):
        return None

    def moved(new: str) -> str | None:
        levels = _levels(new, ours)
        return theirs * levels if ours * levels == new else None

    return moved


def _unit(indents: Iterable[str]) -> str | None:
    """One step of these indents; None where they mix tabs and spaces, or none is there."""
    deep = [each for each in indents if each]
    if not deep or len(set("".join(deep))) != 1:
        return None
    return deep[0][0] * math.gcd(*(len(each) for each in deep))


def _levels(whole: str, unit: str) -> int:
    return len(whole) // len(unit)


def _seen(pairs: list[Pair]) -> Move | None:
    table = dict(pairs)
    widths = [len(there) for _, there in pairs]
    if len(table) != len(pairs) or widths != sorted(set(widths)):
        return None
    return table.get
