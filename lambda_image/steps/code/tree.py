"""One commit, as far as it has been looked into."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from lambda_image.domain.code import FUNCTION, REST, Outline, Part
from lambda_image.domain.evidence import Revision
from lambda_image.ports import Repository
from lambda_image.steps.code.outline import outline, parts

LARGEST_FILE = 2_000_000
# Lines above and below one that stands in no function.
WINDOW = 20


class Tree:
    """Files, outlines and parts of one commit, each read once."""

    def __init__(self, source: Repository, revision: Revision) -> None:
        self._source = source
        self.revision = revision
        self._texts: dict[str, str | None] = {}
        self._outlines: dict[str, Outline] = {}
        self._parts: dict[str, tuple[Part, ...]] = {}

    @cached_property
    def files(self) -> tuple[str, ...]:
        """All paths."""
        return self._source.files(self.revision)

    def text(self, file: str) -> str | None:
        """A file's text; None where it is too large to be looked into. Raises EvidenceUnavailable."""
        if file not in self._texts:
            content = self._source.read(self.revision, file)
            large = len(content) > LARGEST_FILE
            self._texts[file] = None if large else content.decode("utf-8", "replace")
        return self._texts[file]

    def outline(self, file: str) -> Outline:
        """What a file defines and imports."""
        if file not in self._outlines:
            self._outlines[file] = outline(file, self.text(file) or "")
        return self._outlines[file]

    def parts(self, file: str) -> tuple[Part, ...]:
        """The parts that a file falls into."""
        if file not in self._parts:
            self._parts[file] = parts(file, self.text(file) or "", self.outline(file))
        return self._parts[file]

    def around(self, file: str, line: int) -> Part | None:
        """The function that holds a line, or the lines around it where it stands in none."""
        part = next((part for part in self.parts(file) if part.start <= line <= part.end), None)
        if part and part.kind == FUNCTION:
            return part
        last = (self.text(file) or "").count("\n") + 1
        if line > last:
            return None
        start, end = max(line - WINDOW, 1), min(line + WINDOW, last)
        return Part(file, part.name if part else "", start, end, REST, part.owner if part else "")

    def function(self, file: str, name: str) -> Part | None:
        """A file's function of this name, where it has only one."""
        found = [part for part in self.parts(file) if part.name == name and part.kind == FUNCTION]
        return found[0] if len(found) == 1 else None

    def lines(self, part: Part) -> str:
        """A part's text."""
        return "\n".join((self.text(part.file) or "").split("\n")[part.start - 1 : part.end])

    def named(self, names: Collection[str]) -> tuple[Part, ...]:
        """See `CodeSearch.named`."""
        return self._source.named(self.revision, names)

    def about(self, words: tuple[str, ...], limit: int) -> tuple[tuple[Part, float], ...]:
        """See `CodeSearch.about`."""
        return self._source.about(self.revision, words, limit)
