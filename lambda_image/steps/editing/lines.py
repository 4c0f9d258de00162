"""A file as lines whose bytes come back: encoding, byte order mark, each line's ending, and the last's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

MARK = "\ufeff"
_LINE = re.compile(r"(?P<body>[^\n]*?)(?P<ending>\r?\n|\Z)")
# How `surrogateescape` (PEP 383) stands for a byte that is no UTF-8.
_RAW = re.compile("[\udc80-\udcff]")
UNREADABLE = "\ufffd"


@dataclass(frozen=True, slots=True)
class Line:
    """A line's text and how it ends: with a newline, with a carriage return too, or with the file."""

    body: str
    ending: str


@dataclass(frozen=True, slots=True)
class Text:
    """A file that can be edited; `plain` is UTF-8 throughout."""

    lines: tuple[Line, ...]
    mark: bool
    plain: bool

    @property
    def bodies(self) -> list[str]:
        """The lines without their endings."""
        return [line.body for line in self.lines]

    def __str__(self) -> str:
        """All of it, bytes that are no UTF-8 as surrogates."""
        return (MARK if self.mark else "") + "".join(line.body + line.ending for line in self.lines)

    def encoded(self) -> bytes:
        """The bytes of the file."""
        return str(self).encode("utf-8", "surrogateescape")

    def spliced(self, start: int, stop: int, new: Sequence[int | str]) -> Text:
        """With the lines from `start` to `stop` replaced; a number keeps the line that stands there.

        A new line ends as the one whose place it takes, and the file ends as it did.
        """
        usual = self._usual()
        put: list[Line] = []
        at = start
        for each in new:
            near = self.lines[min(at, len(self.lines) - 1)].ending if self.lines else ""
            put.append(self.lines[each] if isinstance(each, int) else Line(each, near or usual))
            at = each + 1 if isinstance(each, int) else at + 1
        lines = [*self.lines[:start], *put, *self.lines[stop:]]
        open_end = bool(self.lines) and not self.lines[-1].ending
        while open_end and lines and not lines[-1].body:
            lines.pop()
        if not lines:
            return replace(self, lines=())
        ended = [line if line.ending else Line(line.body, usual) for line in lines[:-1]]
        last = lines[-1].ending or usual
        return replace(self, lines=(*ended, Line(lines[-1].body, "" if open_end else last)))

    def _usual(self) -> str:
        counts = Counter(line.ending for line in self.lines if line.ending)
        return counts.most_common(1)[0][0] if counts else "\n"


def read_text(content: bytes) -> Text:
    """The file's text; raises ValueError for what is none."""
    if b"\0" in content:
        raise ValueError("it is binary")
    text = content.decode("utf-8", "surrogateescape")
    raw = _RAW.search(text) is not None
    body = text.removeprefix(MARK)
    lines = tuple(Line(found["body"], found["ending"]) for found in _LINE.finditer(body) if found[0])
    return Text(lines, text != body, not raw)


def is_raw(text: str) -> bool:
    """Whether it holds bytes that are no UTF-8."""
    return _RAW.search(text) is not None
