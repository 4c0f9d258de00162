"""Sources into a store: what is new, changed, moved and gone; nothing is written that is there already.

A page that moved keeps its identity, the id that its passages have: it is gone from one address and has the
same title and text at another in the same run.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from knowledge.errors import SourceUnusable
from knowledge.held import HeldPages
from knowledge.passage import Page, Unchanged
from knowledge.remembered import Remembered, recall, remember, source_key
from knowledge.report import Change, IngestReport, Told
from knowledge.sources.documents.kinds import UNREAD, in_words, kind_of, most_first
from knowledge.sources.source import Source
from knowledge.split import split
from knowledge.storable import storable, whole
from knowledge.store import PassageStore

# Told the source and how many of its pages are done. It may raise, to end the run.
Progress = Callable[[str, int], None]


@dataclass(slots=True)
class _Tally:
    """An IngestReport that is being made."""

    name: str
    start: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    pages: int = 0
    passages: int = 0
    kinds: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("new", "changed", "moved"), 0))
    skipped: list[tuple[str, str]] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    garbled: list[str] = field(default_factory=list)
    failed: str = ""

    def skip(self, name: str, why: str) -> None:
        if why == UNREAD:
            self.unread[kind_of(name)] += 1
        else:
            self.skipped.append((whole(name), why))

    def report(self) -> IngestReport:
        return IngestReport(
            self.name,
            self.pages,
            self.passages,
            sum(self.kinds.values()),
            0,
            round(self.seconds, 3),
            **self.kinds,
            skipped=tuple(self.skipped),
            unread=most_first(self.unread),
            garbled=tuple(self.garbled),
            failed=self.failed,
        )


class Run:
    """One run of the job over one store. `told` hears of each page that is not as it was."""

    def __init__(self, store: PassageStore, told: Told = lambda _: None) -> None:
        self._store = store
        self._told = told
        self._known = {page: recall(page, kept) for page, kept in store.pages().items()}
        self._identities = {each.address: page for page, each in self._known.items()}
        self._by_content: dict[str, list[str]] = {}
        for page, each in self._known.items():
            self._by_content.setdefault(each.content, []).append(page)
        self._seen: set[str] = set()

    def __call__(self, sources: Sequence[Source], progress: Progress) -> tuple[IngestReport, ...]:
        """Make the store hold the pages of these sources and no others.

        A source that cannot be read to its end keeps its old pages. Raises SourceUnusable if none can be
        read, and whatever `progress` raises.
        """
        tallies = [_Tally(source.name) for source in sources]
        with HeldPages() as held:
            for number, source in enumerate(sources):
                self._read(source, tallies[number], partial(held.hold, number), progress)
            if tallies and all(tally.failed for tally in tallies):
                raise SourceUnusable("; ".join(dict.fromkeys(tally.failed for tally in tallies)))
            staying = self._staying(tallies)
            for number, page in held:
                self._place(page, tallies[number], staying)
                progress(tallies[number].name, tallies[number].pages)
        gone = self._forget(staying)
        return tuple(
            replace(tally.report(), deleted=0 if number else gone) for number, tally in enumerate(tallies)
        )

    def _read(self, source: Source, tally: _Tally, hold: Callable[[Page], None], progress: Progress) -> None:
        """Pages that may be known ones at a new address are held back until all others were seen."""
        tally.start = time.monotonic()
        key = source_key(source.name)
        marks = {each.address: each.mark for each in self._known.values() if each.source == key}
        try:
            for page in source.pages(marks, tally.skip):
                tally.pages += 1
                if isinstance(page, Unchanged):
                    self._stays(self._identities.get(page.id, page.id), page, tally)
                else:
                    self._meet(storable(page), tally, key, hold)
                progress(source.name, tally.pages)
            if not tally.pages:
                there = f" (there are {in_words(most_first(tally.unread))})" if tally.unread else ""
                tally.failed = f"{source.name} has no pages with content{there}; the index stays as it was"
        except SourceUnusable as error:
            tally.failed = str(error)
        tally.seconds = time.monotonic() - tally.start

    def _meet(self, page: Page, tally: _Tally, key: str, hold: Callable[[Page], None]) -> None:
        now = remember(page, key)
        if page.id not in self._identities and self._unseen(now):
            hold(page)
        else:
            self._take(page, now, tally)

    def _take(self, page: Page, now: Remembered, tally: _Tally) -> None:
        """A page whose identity is plain: it stands at its address, or is new."""
        identity = self._identities.get(page.id)
        if identity is None:
            self._write("new", self._unused(page.id), page, now, tally)
        elif not now.is_as(self._known[identity]) or (
            identity not in self._seen and self._known[identity].source != now.source
        ):
            self._write("changed", identity, page, now, tally)
        else:
            self._stays(identity, page, tally)
        if "\N{REPLACEMENT CHARACTER}" in page.text:
            tally.garbled.append(page.id)

    def _stays(self, identity: str, page: Page | Unchanged, tally: _Tally) -> None:
        """A page as it was; one that was put there by an earlier version is counted if it was read."""
        known = self._known.get(identity)
        if known and known.passages is not None:
            tally.passages += known.passages
        elif isinstance(page, Page):
            tally.passages += len(split(page))
        self._seen.add(identity)

    def _place(self, page: Page, tally: _Tally, staying: set[str]) -> None:
        """A page that was held back: one that is gone elsewhere has moved here."""
        now = remember(page, source_key(tally.name))
        before = [each for each in self._unseen(now) if each not in staying]
        if before and page.id not in self._identities:
            self._write("moved", before[0], page, now, tally)
        else:
            self._take(page, now, tally)

    def _unseen(self, now: Remembered) -> list[str]:
        """Known pages of the same content that have not been seen in this run."""
        alike = self._by_content.get(now.content, ())
        return [each for each in alike if each not in self._seen]

    def _unused(self, page_id: str) -> str:
        """An identity for a new page: its own id, unless a page that moved away has kept that."""
        identity, number = page_id, 1
        while identity in self._known:
            number += 1
            identity = f"{page_id}~{number}"
        return identity

    def _write(self, kind: str, identity: str, page: Page, now: Remembered, tally: _Tally) -> None:
        passages = split(replace(page, id=identity))
        now = replace(now, passages=len(passages))
        self._store.replace(identity, now.kept, passages)
        before = self._known.get(identity)
        if before and before.address != page.id:
            self._identities.pop(before.address, None)
        self._known[identity] = now
        self._identities[page.id] = identity
        self._seen.add(identity)
        tally.passages += len(passages)
        tally.kinds[kind] += 1
        self._told(Change(kind, page.id, page.title, before.address if before and kind == "moved" else ""))  # type: ignore[arg-type]

    def _staying(self, tallies: Sequence[_Tally]) -> set[str]:
        """Pages of sources that could not be read to their end; a page of no known source may be theirs."""
        failed = {source_key(tally.name) for tally in tallies if tally.failed}
        if not failed:
            return set()
        return {page for page, each in self._known.items() if each.source in failed or not each.source}

    def _forget(self, staying: set[str]) -> int:
        gone = [page for page in self._known if page not in self._seen and page not in staying]
        for page in gone:
            self._store.delete(page)
            self._told(Change("gone", self._known[page].address))
        return len(gone)
