"""The edits in a model's answer or a person's diff, as text; nothing is matched here.

An answer that breaks off, or whose marks do not pair, is refused as a whole: half an edit is another edit.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lambda_image.domain.errors import PatchRefused

LOOK_BACK = 3


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `search` by `replace` in a file; without `search` the whole file is replaced.

    `line`, counted from 1, is where a well-formed hunk of a diff stands once those before it are in. The text
    of an `open` edit had no
    end mark.
    """

    path: str
    search: str | None
    replace: str
    line: int | None = None
    open: bool = False


_BEGIN = re.compile(r"^\s*<{5,9} ?(?:SEARCH|ORIGINAL)\b(?P<rest>.*)$")
_DIVIDER = re.compile(r"^={5,9}\s*$")
_END = re.compile(r"^\s*>{5,9} ?(?:REPLACE|UPDATED)?\s*$")
_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)(?:^(?P=ticks)[ \t]*$|(?P<open>\Z))",
    re.MULTILINE | re.DOTALL,
)
_PATH = re.compile(r"[\w./@+-]*\w\.\w+|[\w.@+-]+/[\w./@+-]+")
_DECORATION = re.compile(
    r"^[\s#*>`\-]*(?:(?:file|path|filename)\s*:)?[\s*`\"']*|[\s*`\"':,]*$", re.IGNORECASE
)
_DIFF = re.compile(r"^(?:\+\+\+ |@@ -\d)", re.MULTILINE)
_HUNK = re.compile(r"^@@ -\d+(?:,(?P<olds>\d+))? \+(?P<new>\d+)(?:,(?P<news>\d+))? @@")


def parse_edits(answer: str, files: Collection[str], default: str | None = None) -> tuple[Edit, ...]:
    """Search/replace blocks, else a unified diff, else whole files; each edit once.

    A file is named above its block; without a name `default` is meant. Raises PatchRefused.
    """
    text = answer.replace("\r\n", "\n")
    lines = text.removesuffix("\n").split("\n")
    if any(_BEGIN.match(line) for line in lines):
        edits = tuple(_blocks(lines, files, default))
    elif _DIFF.search(text) and "\n@@" in f"\n{text}":
        edits = tuple(_hunks(lines, default))
    else:
        edits = tuple(_whole(text, files, default))
    return tuple(dict.fromkeys(edits))


def _blocks(lines: Sequence[str], files: Collection[str], default: str | None) -> Iterator[Edit]:
    path, begun, number = default, -1, 0
    for at, line in enumerate(lines):
        if found := _BEGIN.match(line):
            number += 1
            if begun >= 0:
                raise PatchRefused(f"block {number - 1} has no end: close it with >>>>>>> REPLACE")
            named = _named([found["rest"]], files) or _named(_above(lines, at), files)
            path, begun = named or path, at
        elif begun >= 0 and _END.match(line):
            if path is None:
                raise PatchRefused(f"block {number} names no file: write its path on the line above")
            yield Edit(path, *_sides(lines[begun + 1 : at], number))
            begun = -1
    if begun >= 0:
        raise PatchRefused(f"the answer breaks off in block {number}: give it again, whole and shorter")


def _sides(body: Sequence[str], number: int) -> tuple[str, str]:
    dividers = [at for at, line in enumerate(body) if line.rstrip() == "======="]
    dividers = dividers or [at for at, line in enumerate(body) if _DIVIDER.match(line)]
    if len(dividers) != 1:
        many = "has no ======= line" if not dividers else "has more than one ======= line"
        raise PatchRefused(f"block {number} {many}: one stands between the searched and the new lines")
    return _text(body[: dividers[0]]), _text(body[dividers[0] + 1 :])


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _above(lines: Sequence[str], at: int) -> list[str]:
    """The nearest lines above that say something, the nearest first, up to another block."""
    told: list[str] = []
    for line in reversed(lines[:at]):
        if _END.match(line) or len(told) == LOOK_BACK:
            break
        if line.strip().strip("`"):
            told.append(line.strip().removeprefix("```"))
    return told


def _named(lines: Sequence[str], files: Collection[str]) -> str | None:
    """The file that a line names: the line is a path, or has one of the repository's in it.

    Raises PatchRefused for a line that has several.
    """
    for line in lines:
        words = [_DECORATION.sub("", word) for word in line.split()]
        bare = _DECORATION.sub("", line)
        if bare in files:
            return bare
        there = [word for word in words if word.removeprefix("./") in files]
        if len(set(there)) > 1:
            raise PatchRefused(f"more than one file is named in {line!r}: write the path alone on its line")
        if there:
            return there[-1]
        if _PATH.fullmatch(bare) or (bare.startswith(("/", "..", "~")) and " " not in bare):
            return bare
    return None


def _whole(text: str, files: Collection[str], default: str | None) -> Iterator[Edit]:
    """The longest fenced block of each file."""
    longest: dict[str, Edit] = {}
    for found in _FENCE.finditer(text):
        above = text[: found.start()].rstrip().rpartition("\n")[2]
        named = next((word for word in found["info"].split() if word in files), None)
        path = named or _named([above], files) or default
        if path is None:
            continue
        edit = Edit(path, None, found["body"], open=found["open"] is not None)
        if path not in longest or len(edit.replace) > len(longest[path].replace):
            longest[path] = edit
    yield from longest.values()


def _hunks(lines: Sequence[str], default: str | None) -> Iterator[Edit]:
    """Each hunk of a unified diff as a search/replace edit."""
    path, at = default, 0
    while at < len(lines):
        if lines[at].startswith("--- ") and lines[at + 1 : at + 2] and lines[at + 1].startswith("+++ "):
            path = _diff_path(lines[at], lines[at + 1])
            at += 2
        elif lines[at].startswith("@@"):
            if path is None:
                raise PatchRefused("the diff names no file: begin it with its --- and +++ lines")
            stop = _end_of_hunk(lines, at + 1)
            yield _hunk(path, lines[at:stop], cut=stop == len(lines))
            at = stop
        elif lines[at][:1] in ("+", "-") and not lines[at].startswith(("+++", "---")) and path:
            raise PatchRefused(f"the diff has the line {lines[at]!r} outside of a hunk: begin each with @@")
        else:
            at += 1


def _diff_path(old: str, new: str) -> str:
    before, after = (line[4:].partition("\t")[0].strip() for line in (old, new))
    if "/dev/null" in (before, after):
        raise PatchRefused("the diff makes or deletes a file: change files that are there")
    return after.removeprefix("b/") if before.startswith("a/") or after.startswith("b/") else after


def _end_of_hunk(lines: Sequence[str], at: int) -> int:
    while at < len(lines):
        line = lines[at]
        header = line.startswith("--- ") and lines[at + 1 : at + 2] and lines[at + 1].startswith("+++ ")
        if header or (line and line[0] not in " +-\\\t"):
            return at
        at += 1
    return at


def _hunk(path: str, lines: Sequence[str], *, cut: bool) -> Edit:
    body = [line for line in lines[1:] if not line.startswith("\\")]
    counts = _HUNK.match(lines[0])
    told = [int(counts[side] or 1) for side in ("olds", "news")] if counts else []
    while body and not body[-1] and told != [*map(len, _old_and_new(body))]:
        body.pop()
    old, new = _old_and_new(body)
    missing = [one - two for one, two in zip(told, (len(old), len(new)), strict=False)]
    if cut and missing and (missing[0] > 0 or missing[1] > 0):
        raise PatchRefused(f"the diff of {path} breaks off: {lines[0]} announces more lines than there are")
    line = int(counts["new"]) if counts and not any(missing) else None
    return Edit(path, _text(old), _text(new), line)


def _old_and_new(body: Sequence[str]) -> tuple[list[str], list[str]]:
    return (
        [line[1:] for line in body if not line.startswith("+")],
        [line[1:] for line in body if not line.startswith("-")],
    )
