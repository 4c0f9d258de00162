"""What becomes of each page: told once, with what was known of it before."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from knowledge.passage import Page
from knowledge.sources.crawl.bounds import Bounds
from knowledge.sources.crawl.mark import Mark, read

# So many pages may be withheld or become copies between two crawls of any wiki.
FEW = 5
Write = Callable[[Mapping[str, Any]], None]


class Known:
    """The pages of the last crawl, and what this one makes of them; `write` is told, line by line."""

    def __init__(self, bounds: Bounds, marks: Mapping[str, str], write: Write) -> None:
        self.marks = {page: read(mark) for page, mark in marks.items() if bounds.hold(page)}
        self._written = marks
        self._write = write
        self._present: set[str] = set()
        self._gone: set[str] = set()
        self._texts = {mark.text: page for page, mark in self.marks.items() if mark.text}
        self._copies: defaultdict[str, list[tuple[Page, Mark]]] = defaultdict(list)
        self._aliases: list[tuple[str, Page, Mark]] = []
        self._moved: dict[str, str] = {}
        self._lost: set[str] = set()

    @property
    def count(self) -> int:
        """How many pages are there."""
        return len(self._present)

    def page(self, page: Page, mark: Mark) -> None:
        """A page that was read. What another address says word for word is told once."""
        text = _digest(page)
        first = self._texts.get(text, page.id)
        if first != page.id and first in self.marks and not self._is_settled(first):
            self._copies[first].append((page, mark))
            return
        if first != page.id and first in self._present:
            self._drop_copy(page.id, first)
            return
        self._texts[text] = page.id
        old = self.marks.get(page.id)
        # A server may send another validator each time: as long as the text is the same, so is the mark.
        kept = self._written[page.id] if old and old.text == text else replace(mark, text=text).written()
        self._present.add(page.id)
        self._write({"page": asdict(replace(page, mark=kept))})
        self._settled(page.id)

    def alias(self, page: Page, mark: Mark, canonical: str) -> None:
        """A page that belongs to another address by its own word: told only if that one says other things."""
        self._aliases.append((canonical, page, mark))

    def same(self, page: str) -> None:
        """A page that has not changed."""
        if page not in self._present:
            self._present.add(page)
            self._write({"same": page})
            self._settled(page)

    def gone(self, page: str) -> None:
        """A page that is there no more."""
        self._gone.add(page)
        self._settled(page)

    def withheld(self, page: str) -> None:
        """A page that must not be read, or says nothing of its own: `gone`, unless most pages are so."""
        if page in self.marks and not self._is_settled(page):
            self._lost.add(page)
        self.gone(page)

    def stays(self, page: str, reason: str) -> None:
        """A page that cannot be read for now."""
        self.skip(page, reason)
        if page in self.marks:
            self.same(page)

    def moved(self, page: str, target: str) -> None:
        """A page that leads to another one, which is read too."""
        self._moved[page] = target

    def skip(self, name: str, reason: str) -> None:
        """What is left out, and why."""
        self._write({"skipped": [name, reason]})

    def fatal(self, reason: str) -> None:
        """Nothing can be told of the wiki as a whole."""
        self._write({"fatal": reason})

    def finish(self) -> None:
        """Say what is left to be said."""
        for canonical, page, mark in self._aliases:
            if self._texts.get(_digest(page)) == canonical and canonical in self._present:
                self._drop_copy(page.id, canonical)
            else:
                self.page(page, mark)
        for old in self._moved:
            if self._is_settled(self._end(old)) and old not in self._present:
                self.gone(old)
        self._count_led_together()
        for known in self.marks:
            if not self._is_settled(known):
                self.stays(known, "not reached this time")
        if len(self._lost) > max(FEW, len(self.marks) / 2):
            self.fatal(
                "most of its pages may not be read any more, or say the same, or lead to the same page, as in"
                " maintenance or after a log-out; if that is meant, ingest into a new index"
            )
        self._write({"done": True})

    def _count_led_together(self) -> None:
        """Pages that move go each to a place of its own; those sent to one page are shut out of theirs."""
        ends = {old: self._end(old) for old in self._moved if old in self.marks and old in self._gone}
        together = Counter(ends.values())
        self._lost.update(old for old, end in ends.items() if together[end] > 1)

    def _end(self, page: str) -> str:
        """Where a page that has moved is at last."""
        seen = {page}
        while (page := self._moved.get(page, page)) not in seen:
            seen.add(page)
        return page

    def _drop_copy(self, page: str, first: str) -> None:
        self.skip(page, f"the same as {first}")
        self.withheld(page)

    def _is_settled(self, page: str) -> bool:
        return page in self._present or page in self._gone

    def _settled(self, page: str) -> None:
        for copy, mark in self._copies.pop(page, ()):
            self.page(copy, mark)


def _digest(page: Page) -> str:
    return hashlib.sha256(f"{page.title}\n{page.text}".encode("utf-8", "replace")).hexdigest()[:16]
