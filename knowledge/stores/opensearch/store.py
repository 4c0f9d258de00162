"""OpenSearch behind both ports. An alias is what answers, whatever the index behind it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from knowledge.errors import IndexUnusable
from knowledge.passage import Hit, Passage
from knowledge.question import Question
from knowledge.store import ANYWHERE, Content, Kept, Scope, Vector
from knowledge.stores.opensearch import bodies, schema
from knowledge.stores.opensearch.documents import columns_of, kept_of, passage_of
from knowledge.stores.opensearch.ranking import ranked
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.vectors import add_vectors
from knowledge.stores.opensearch.writing import UNDONE, Writer

# The best of so many are among the best of the server's own order.
CANDIDATES = 100
# Documents of one request while all are read; with vectors, half a kilobyte to ten each.
AT_ONCE = 500


class OpenSearchStore:
    """Implements `PassageStore` and `PassageIndex` on the index of this name, which is an alias as a rule.

    What is written is seen by searches of this object at once, by others within a second, on Serverless a
    minute. Raises IndexUnusable or IndexOutdated.
    """

    def __init__(self, server: Server, name: str, *, fresh: bool = False) -> None:
        self._server = server
        self._name = name
        answer = server(lambda client: client.indices.get_mapping(index=name))
        if len(answer) != 1:
            raise IndexUnusable(
                f"{name} stands for {len(answer)} indexes; name one of them: {sorted(answer)}"
            )
        (mapping,) = (each["mappings"] for each in answer.values())
        self._model = str(schema.recorded(name, mapping)["model"])
        self._space = schema.space(mapping)
        self._writer = Writer(server, name, fresh=fresh)
        self._pages: dict[str, Kept] | None = {} if fresh else None
        self._unseen = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.flush()

    def flush(self) -> None:
        """Write what waits and wait until it is seen."""
        if self._unseen:
            self._writer.flush()
            self._writer.settle()
            self._unseen = False

    def pages(self) -> dict[str, Kept]:
        """See `PassageStore.pages`."""
        return dict(self._known())

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        """See `PassageStore.replace`. Raises IndexUnusable where vectors come to an index without a model."""
        if vectors and not self._space:
            if not self._model:
                raise IndexUnusable(f"{self._name} is an index without vectors; make one for your model")
            self._space = add_vectors(self._server, self._name, len(vectors[0]))
        self._change(page_id, kept, lambda: self._writer.put(page_id, (kept, passages, vectors)))

    def delete(self, page_id: str) -> None:
        """See `PassageStore.delete`."""
        if page_id in self._known():
            self._change(page_id, None, lambda: self._writer.put(page_id, None))

    def rank(self, question: Question, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.rank`."""
        self.flush()
        asked = bodies.asked(question)
        single = bodies.single(asked)
        if not asked.words or not single:
            return ()
        answer = self._search(bodies.candidates(asked, max(CANDIDATES, limit), scope))
        sources = [hit["_source"] for hit in answer["hits"]["hits"]]
        told = answer["aggregations"]["all"]
        counts = told["found"]["buckets"]
        found = {word: counts[f"{at}"]["doc_count"] for at, word in enumerate(single)}
        order = ranked(
            asked,
            told["size"]["value"],
            told["average"]["value"] or 1.0,
            found,
            [columns_of(each) for each in sources],
        )
        hits = (Hit(passage_of(sources[each.at]), each.score, each.signals) for each in order)
        return tuple(_different(hits))[:limit]

    def near(self, vector: Vector, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `PassageIndex.near`."""
        self.flush()
        if not self._space:
            return ()
        hits = self._search(bodies.nearest(vector, limit, scope))["hits"]["hits"]
        found = (Hit(passage_of(hit["_source"]), schema.cosine(hit["_score"], self._space)) for hit in hits)
        return tuple(_different(found))

    def contents(self) -> Iterator[Content]:
        """See `Copyable.contents`; pages that a run was writing when it died are left out."""
        self.flush()
        for _, group in groupby(self._all("page", "passage"), lambda source: str(source["page"])):
            sources = list(group)
            pages = [source for source in sources if source["kind"] == "page"]
            # By key, because a retried write can leave two where the server gives the ids.
            passages = {each["key"]: each for each in sources if each["kind"] == "passage"}.values()
            if len(pages) == 1 and kept_of(pages[0])[1] != UNDONE:
                vectors = tuple(each[schema.VECTOR] for each in passages if schema.VECTOR in each)
                yield Content(*kept_of(pages[0]), tuple(passage_of(each) for each in passages), vectors)

    def filled(self) -> bool:
        """Whether it holds a page."""
        return bool(self._search(bodies.in_order(("page",), 1, None))["hits"]["hits"])

    def model(self) -> str:
        """See `PassageIndex.model`."""
        return self._model

    def _change(self, page_id: str, kept: Kept | None, write: Callable[[], None]) -> None:
        pages = self._known()
        write()
        self._unseen = True
        if kept:
            pages[page_id] = kept
        else:
            pages.pop(page_id, None)

    def _known(self) -> dict[str, Kept]:
        if self._pages is None:
            self._pages = self._read_pages()
        return self._pages

    def _read_pages(self) -> dict[str, Kept]:
        """A page of which there are two was being written when a run died."""
        found: dict[str, Kept] = {}
        for source in self._all("page"):
            page, kept = kept_of(source)
            found[page] = UNDONE if page in found else kept
        return found

    def _all(self, *kinds: str) -> Iterator[Mapping[str, Any]]:
        after: Sequence[Any] | None = None
        while True:
            hits = self._search(bodies.in_order(kinds, AT_ONCE, after))["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < AT_ONCE:
                return
            after = hits[-1]["sort"]

    def _search(self, body: bodies.Body) -> Any:
        return self._server(lambda client: client.search(body=body, index=self._name))


def _different(hits: Iterator[Hit]) -> Iterator[Hit]:
    """Each passage once: a retried write can leave two where the server gives the ids."""
    seen: set[str] = set()
    for hit in hits:
        if hit.passage.id not in seen:
            seen.add(hit.passage.id)
            yield hit
