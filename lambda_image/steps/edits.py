"""The edits in a model's answer or a person's diff, as text; nothing is matched here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `search` by `replace` in a file; without `search` the whole file is replaced."""

    path: str
    search: str | None
    replace: str


_BLOCK = re.compile(
    r"^(?P<path>[^\n]*)\n(?:```[^\n]*\n)?[ \t]*<{5,9} ?SEARCH[^\n]*\n(?P<search>.*?)"
    r"^={5,9}[ \t]*\n(?P<replace>.*?)^>{5,9} ?REPLACE",
    re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL
)
_OPEN_FENCE = re.compile(r"^```[^\n`]*\n(?P<body>.*)\Z", re.MULTILINE | re.DOTALL)
_DIFF_FILE = re.compile(r"^\+\+\+ (?:b/)?(?P<path>\S+)", re.MULTILINE)
_PATH = re.compile(r"[\w./@+-]*\w\.\w+")


def parse_edits(answer: str, default: str | None) -> tuple[Edit, ...]:
    """Search/replace blocks, else a unified diff, else one whole file: `default`, or the one it names."""
    text = answer.replace("\r\n", "\n")
    if blocks := tuple(_blocks(text, default)):
        return blocks
    if _DIFF_FILE.search(text) and "\n@@" in text:
        return tuple(_hunks(text))
    return tuple(_whole(text, default))


def _blocks(text: str, default: str | None) -> Iterator[Edit]:
    path = default
    for found in _BLOCK.finditer("\n" + text):
        named = _PATH.search(found["path"])
        path = named[0] if named else path
        if path:
            yield Edit(path, found["search"], found["replace"])


def _whole(text: str, default: str | None) -> Iterator[Edit]:
    fences = list(_FENCE.finditer(text)) or list(_OPEN_FENCE.finditer(text))
    if not fences:
        return
    longest = max(fences, key=lambda found: len(found["body"]))
    before = text[: longest.start()].rstrip().rpartition("\n")[2]
    named = _PATH.search(before)
    path = default or (named[0] if named else None)
    if path:
        yield Edit(path, None, longest["body"])


def _hunks(text: str) -> Iterator[Edit]:
    """Each hunk of a unified diff as a search/replace edit."""
    path = ""
    old: list[str] | None = None
    new: list[str] = []
    for line in [*text.split("\n"), "@@ end"]:
        if line.startswith(("@@", "diff --git", "--- ")) and old is not None:
            yield Edit(path, "\n".join(old) + "\n", "\n".join(new) + "\n")
            old = None
        if found := _DIFF_FILE.match(line):
            path = found["path"]
        elif line.startswith("@@") and path:
            old, new = [], []
        elif old is not None and line[:1] in (" ", "-", "+"):
            if line[0] != "+":
                old.append(line[1:])
            if line[0] != "-":
                new.append(line[1:])
