"""Indexes that are services, as the pipeline's knowledge; and answers remembered where asking is dear."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from knowledge.embeddings.recorded import RecordedEmbedders
from knowledge.errors import KnowledgeError, ServiceBusy, ServiceRefused
from knowledge.passage import Hit
from knowledge.search import WORDS_ONLY, How, search
from knowledge.service import SearchService
from knowledge.store import PassageIndex
from knowledge.stores.calls import Calls
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.asking import how, scope
from lambda_image.domain.errors import EvidenceUnavailable, TransientError
from lambda_image.domain.evidence import KnowledgeQuery, Passage
from lambda_image.ports import Clock, Knowledge

Index = TypeVar("Index", bound=PassageIndex)
SOURCE = "runbooks"
FIX = "Check TRACEMEND_INDEX: docs/operations/existing-index.md"
EMPTY = "Fill it with `tracemend ingest`"
# A page that was mended is found so long after; an incident comes again within minutes.
SECONDS = 3_600
REMEMBERED = 200


class RetriedCalls:
    """Implements `Calls`: again while the service is busy, within the invocation's time."""

    def __init__(self, calls: Calls, retry: Retry) -> None:
        self._calls = calls
        self._retry = retry

    def __call__(self, operation: str, /, **asked: Any) -> dict[str, Any]:
        """See `Calls`."""

        def once() -> dict[str, Any]:
            try:
                return self._calls(operation, **asked)
            except ServiceBusy as busy:
                raise TransientError(str(busy)) from busy

        try:
            return self._retry(once)
        except TransientError as error:
            if isinstance(error.__cause__, ServiceBusy):
                raise error.__cause__ from error
            raise


class ServiceKnowledge:
    """Implements `Knowledge` on a service that ranks by itself."""

    def __init__(self, service: SearchService) -> None:
        self._service = service

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        with _told():
            return _passages(self._service.ask(service_text(query), limit, scope(query)))


class IndexKnowledge(Generic[Index]):
    """Implements `Knowledge` on an index that each question opens; `filled` tells whether it holds pages."""

    def __init__(
        self,
        open_it: Callable[[], Index],
        filled: Callable[[Index], bool],
        embedders: RecordedEmbedders,
        manner: How = WORDS_ONLY,
    ) -> None:
        self._open = open_it
        self._filled = filled
        self._embedders = embedders
        self._manner = manner

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        with _told():
            index = self._open()
            asked = how(query, self._embedders.of(index), self._manner)
            hits = search(index, query.text, limit, how=asked)
            if not hits and not self._filled(index):
                raise EvidenceUnavailable(SOURCE, "the index holds no pages", EMPTY)
            return _passages(hits)


class RememberedKnowledge:
    """Implements `Knowledge`: asks once in an hour for what all incidents of a fingerprint ask alike.

    A question is made of what does not differ between them, so it stands for the fingerprint. While the
    service is busy, an answer that is older serves too.
    """

    def __init__(self, knowledge: Knowledge, clock: Clock) -> None:
        self._knowledge = knowledge
        self._clock = clock
        self._answers: OrderedDict[tuple[KnowledgeQuery, int], tuple[int, tuple[Passage, ...]]] = (
            OrderedDict()
        )

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        now = self._clock.now()
        known = self._answers.get((query, limit))
        if known and now - known[0] < SECONDS * 1_000:
            return known[1]
        try:
            found = self._knowledge.search(query, limit)
        except EvidenceUnavailable as unavailable:
            if known and isinstance(unavailable.__cause__, ServiceBusy):
                return known[1]
            raise
        self._answers[query, limit] = (now, found)
        self._answers.move_to_end((query, limit))
        while len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return found


def service_text(query: KnowledgeQuery) -> str:
    """What is told of an incident to a service that reads a few words: the parts that name it come first."""
    frame = (query.frame or "").rpartition(".")[2]
    told = f"{query.exception_type or ''} {query.service or ''} {frame} {query.text}".split()
    return " ".join(dict.fromkeys(told))


def _passages(hits: Iterable[Hit]) -> tuple[Passage, ...]:
    return tuple(
        Passage(hit.passage.id, hit.passage.title, hit.passage.url, hit.passage.text, hit.score)
        for hit in hits
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ServiceRefused as refused:
        raise EvidenceUnavailable(SOURCE, refused.reason, refused.fix) from refused
    except KnowledgeError as error:
        raise EvidenceUnavailable(SOURCE, str(error), FIX) from error
