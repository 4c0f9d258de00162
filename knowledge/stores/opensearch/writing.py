"""Pages that changed, gathered and written in an order that any crash can be gone on from.

A page's own document stands before its passages do and is the last to go, and has no digest while they are
being written: so a run that died leaves nothing that the next one does not see and mend.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from knowledge.errors import IndexUnusable
from knowledge.passage import Passage
from knowledge.store import Kept, Vector
from knowledge.stores.opensearch.bulk import Action, IdsRefused, write
from knowledge.stores.opensearch.documents import Document, page_document, page_key, passage_document
from knowledge.stores.opensearch.server import Server

# Pages are gathered up to these, then written: some 20 MB with vectors.
MOST_PAGES = 1_000
MOST_PASSAGES = 4_000
# The server's limit for the hits of one request.
MOST_HITS = 10_000
UNDONE = Kept("being written")

Content = tuple[Kept, Sequence[Passage], Sequence[Vector]]


class Writer:
    """Writes pages into one index. A `fresh` one has no page but those that this writer writes."""

    def __init__(self, server: Server, index: str, *, fresh: bool = False) -> None:
        self._server = server
        self._index = index
        self._fresh = fresh
        self._waiting: dict[str, Content | None] = {}
        self._passages = 0
        self._seen: set[str] = set()
        self._own_ids = True
        self._last: tuple[str, int, list[str]] | None = None

    def put(self, page_id: str, content: Content | None) -> None:
        """Have a page so, or not at all, sooner or later. Raises IndexUnusable, as the others do."""
        self._waiting[page_id] = content
        self._passages += len(content[1]) if content else 0
        if len(self._waiting) >= MOST_PAGES or self._passages >= MOST_PASSAGES:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        pages, self._waiting, self._passages = self._waiting, {}, 0
        if not pages:
            return
        known = {page for page in pages if not self._fresh or page in self._seen}
        if self._seen.intersection(known):
            self.settle()
        old = self._found([page_key(page) for page in known])
        stamp = uuid.uuid4().hex
        written = {page: content for page, content in pages.items() if content}
        begun = self._index_all(page_document(page, UNDONE, "") for page in written if page in known)
        passages = self._index_all(self._documents(written, stamp))
        self._delete({*old["passage"]} - {*passages})
        done = self._index_all(page_document(page, each[0], stamp) for page, each in written.items())
        self._delete({*old["page"], *begun} - {*done})
        self._seen.update(written)
        gone = [page_key(page) for page, content in pages.items() if not content]
        self._last = (stamp, len(passages) + len(done), gone)

    def settle(self) -> None:
        """Wait until searches see what was written."""
        if self._last is None:
            return
        if not self._server.serverless:
            self._server(lambda client: client.indices.refresh(index=self._index))
            return
        stamp, count, gone = self._last
        for _ in self._server.waits():
            here = self._count([{"term": {"stamp": stamp}}])
            if here >= count and not (gone and self._count([{"terms": {"page": gone}}])):
                return
        raise IndexUnusable(f"{self._index} does not show what was written to it; try again later")

    def _count(self, filters: list[dict[str, Any]]) -> int:
        body = {"query": {"bool": {"filter": filters}}}
        return int(self._server(lambda client: client.count(body=body, index=self._index))["count"])

    def _documents(self, pages: dict[str, Content], stamp: str) -> Iterable[Document]:
        for _, passages, vectors in pages.values():
            for number, passage in enumerate(passages):
                vector = vectors[number] if vectors else None
                yield passage_document(passage, number, vector, stamp)

    def _found(self, pages: list[str]) -> dict[str, list[str]]:
        """The ids of what is there of these pages, by kind."""
        found: dict[str, list[str]] = {"page": [], "passage": []}
        if not pages:
            return found
        body = {"query": {"terms": {"page": pages}}, "_source": ["kind"], "size": MOST_HITS}
        hits = self._server(lambda client: client.search(body=body, index=self._index))["hits"]["hits"]
        if len(hits) == MOST_HITS:
            if len(pages) == 1:
                raise IndexUnusable(f"a page in {self._index} has more than {MOST_HITS} passages; split it")
            half = len(pages) // 2
            parts = self._found(pages[:half]), self._found(pages[half:])
            return {kind: parts[0][kind] + parts[1][kind] for kind in found}
        for hit in hits:
            found[hit["_source"]["kind"]].append(hit["_id"])
        return found

    def _index_all(self, documents: Iterable[Document]) -> list[str]:
        made = list(documents)
        if self._own_ids:
            try:
                return write(self._server, self._index, (Action(each["key"], each) for each in made))
            except IdsRefused:
                self._own_ids = False
        return write(self._server, self._index, (Action("", each) for each in made))

    def _delete(self, ids: set[str]) -> None:
        write(self._server, self._index, (Action(each) for each in sorted(ids)))
