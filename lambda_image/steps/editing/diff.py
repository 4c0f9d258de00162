"""The patch that `git apply` takes: few lines, exact ones, with git's headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

CONTEXT = 3
# Beyond so many lines those that stand everywhere are no anchors: comparing all takes their number squared.
LONG = 1_000
Opcode = tuple[str, int, int, int, int]


def unified(path: str, before: str, after: str) -> str:
    """A unified diff of two texts, line by line, their endings kept."""
    old, new = _lines(before), _lines(after)
    hunks = "".join(_hunk(group, old, new) for group in _groups(old, new))
    return f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n{hunks}"


def changed_lines(diff: str) -> int:
    """How many lines of files a diff takes away and adds."""
    return sum(line[:1] in ("+", "-") and not line.startswith(("+++ ", "--- ")) for line in diff.split("\n"))


def opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """As difflib's, quick where most is alike, and without its rules of thumb where they are not needed."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if head:
        yield "equal", 0, head, 0, head
    middle = SequenceMatcher(
        None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=len(old) > LONG
    ).get_opcodes()
    for tag, old_from, old_to, new_from, new_to in middle:
        yield tag, old_from + head, old_to + head, new_from + head, new_to + head
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _groups(old: Sequence[str], new: Sequence[str]) -> Iterator[list[Opcode]]:
    """The changes with their context, those together that are near."""
    group: list[Opcode] = []
    codes = list(opcodes(old, new))
    for at, (tag, old_from, old_to, new_from, new_to) in enumerate(codes):
        if tag != "equal":
            group.append((tag, old_from, old_to, new_from, new_to))
            continue
        before = min(CONTEXT, old_to - old_from) if at else 0
        after = min(CONTEXT, old_to - old_from) if at + 1 < len(codes) else 0
        if group and old_to - old_from > before + after:
            yield [*group, (tag, old_from, old_from + before, new_from, new_from + before)]
            group = []
        if group:
            group.append((tag, old_from, old_to, new_from, new_to))
        elif after:
            group = [(tag, old_to - after, old_to, new_to - after, new_to)]
    if any(tag != "equal" for tag, *_ in group):
        yield group


def _hunk(group: list[Opcode], old: Sequence[str], new: Sequence[str]) -> str:
    _, old_from, _, new_from, _ = group[0]
    _, _, old_to, _, new_to = group[-1]
    lines = [f"@@ -{_range(old_from, old_to)} +{_range(new_from, new_to)} @@\n"]
    for tag, a, b, c, d in group:
        if tag == "equal":
            lines += [_shown(" ", line) for line in old[a:b]]
            continue
        lines += [_shown("-", line) for line in old[a:b]]
        lines += [_shown("+", line) for line in new[c:d]]
    return "".join(lines)


def _range(start: int, stop: int) -> str:
    """Counted from 1; an empty range is named by the line before it."""
    return f"{start + 1 if stop > start else start},{stop - start}"


def _shown(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
