"""Where a searched text stands in a file: exactly, else but for white space and quotes; once or never."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from lambda_image.domain.errors import PatchRefused

_QUOTES = str.maketrans({"'": '"', "`": '"', "\u2018": '"', "\u2019": '"', "\u201c": '"', "\u201d": '"'})


def replaced(text: str, search: str, replace: str, path: str) -> str:
    """The text with the one place replaced. Raises PatchRefused where there is none, or more than one."""
    if not search.strip():
        raise PatchRefused(f"the searched text for {path} is empty: copy the lines to be changed")
    if (count := text.count(search)) == 1:
        return text.replace(search, replace)
    if count > 1:
        raise PatchRefused(f"the searched text stands {count} times in {path}: add lines around it")
    lines, wanted = text.split("\n"), search.strip("\n").split("\n")
    for alike in (str.rstrip, _unindented, _unquoted):
        places = _places(lines, wanted, alike)
        if len(places) > 1:
            raise PatchRefused(f"the searched text stands {len(places)} times in {path}: add lines around it")
        if places:
            start = places[0]
            found = lines[start : start + len(wanted)]
            put = _indented(replace.strip("\n").split("\n"), wanted, found)
            return "\n".join([*lines[:start], *put, *lines[start + len(wanted) :]])
    raise PatchRefused(f"the searched text does not stand in {path}. {_nearest(lines, wanted)}")


def _places(lines: list[str], wanted: list[str], alike: Callable[[str], str]) -> list[int]:
    pattern = [alike(line) for line in wanted]
    made = [alike(line) for line in lines]
    return [at for at in range(len(made) - len(pattern) + 1) if made[at : at + len(pattern)] == pattern]


def _unindented(line: str) -> str:
    return re.sub(r"\s+", " ", line.strip())


def _unquoted(line: str) -> str:
    return _unindented(line).translate(_QUOTES)


def _indented(put: list[str], wanted: list[str], found: list[str]) -> list[str]:
    """The new lines moved by as much as the searched ones stood off from the file's."""
    pairs = [(ours, theirs) for ours, theirs in zip(wanted, found, strict=True) if ours.strip()]
    if not pairs:
        return put
    ours, theirs = (re.match(r"\s*", each) for each in pairs[0])
    have, need = (each[0] if each else "" for each in (ours, theirs))
    if have == need:
        return put
    if need.startswith(have):
        return [need[len(have) :] + line if line.strip() else line for line in put]
    return [
        need + line.removeprefix(have) if line.startswith(have) and line.strip() else line for line in put
    ]


def _nearest(lines: list[str], wanted: list[str]) -> str:
    """The real lines that are most like the searched ones, for the author of the edit."""
    first = next((line for line in wanted if line.strip()), "")
    close = difflib.get_close_matches(first, lines, n=1, cutoff=0.5)
    if not close:
        return "No line of it is similar"
    at = lines.index(close[0])
    return "The nearest lines are:\n" + "\n".join(lines[at : at + max(len(wanted), 1)])
