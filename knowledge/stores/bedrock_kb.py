"""A Bedrock Knowledge Base, asked by Retrieve. Bedrock or its connectors fill it; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.errors import ServiceRefused
from knowledge.passage import About, Hit, Passage
from knowledge.store import ANYWHERE, Scope
from knowledge.stores.calls import Calls, code_of
from knowledge.stores.scoped import within

# Amazon Bedrock API Reference, Retrieve: the most results of one page, and characters of a query.
MOST = 100
CHARACTERS = 20_000
# A page may be empty and still have a next one.
PAGES = 20
# So many more are asked for where some will be out of scope.
SPARE = 3
Search = tuple[str, dict[str, str]]
SEARCHES: tuple[Search, ...] = (
    # Both of words and of vectors: OpenSearch Serverless, Aurora and MongoDB only.
    ("vectorSearchConfiguration", {"overrideSearchType": "HYBRID"}),
    ("vectorSearchConfiguration", {}),
    # A managed Knowledge Base refuses a configuration for vectors, and the other way round.
    ("managedSearchConfiguration", {}),
)
# Chosen and not measured: no base was at hand. Scores of different stores differ.
LEAST = 0.4
# Bedrock's own names for where a passage is from, and where it stands in a page.
SOURCE_URI = "x-amz-bedrock-kb-source-uri"
TITLES = ("x-amz-bedrock-kb-title", "title", "_document_title")


class KnowledgeBase:
    """Implements `SearchService`. Which kind of search it has is found out by the first question.

    `only` are metadata that a passage must have, told to the engine. A scope is looked at here: the engine
    cannot ask for pages that name no service.
    """

    def __init__(
        self, calls: Calls, base_id: str, only: Mapping[str, str] | None = None, least: float = LEAST
    ) -> None:
        self._calls = calls
        self._base = base_id
        self._only = dict(only or {})
        self._least = least
        self._searches = SEARCHES

    def ask(self, text: str, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `SearchService.ask`."""
        if not text.strip():
            return ()
        wanted = limit if scope == ANYWHERE else limit * SPARE
        fitting = (hit for hit in self._hits(text, wanted) if hit.score >= self._least)
        return tuple(within(scope, fitting))[:limit]

    def _hits(self, text: str, wanted: int) -> Iterator[Hit]:
        """Page by page, and no page more than is needed."""
        token: str | None = None
        told = 0
        for _ in range(PAGES):
            answer = self._retrieve(text, min(wanted, MOST), token)
            for result in answer["retrievalResults"]:
                told += 1
                if (hit := _hit(result)) is not None:
                    yield hit
            token = answer.get("nextToken")
            if not token or told >= wanted:
                return

    def _retrieve(self, text: str, size: int, token: str | None) -> dict[str, Any]:
        """By the first kind of search that this base does not refuse, which is kept for later."""
        refused: list[ServiceRefused] = []
        for search in self._searches:
            try:
                answer = self._calls("retrieve", **self._asked(search, text, size, token))
            except ServiceRefused as error:
                if code_of(error) != "ValidationException":
                    raise
                refused.append(error)
            else:
                self._searches = (search,)
                return answer
        raise refused[0]

    def _asked(self, search: Search, text: str, size: int, token: str | None) -> dict[str, Any]:
        kind, told = search
        configuration = {"numberOfResults": size, **told, **self._filter()}
        return {
            "knowledgeBaseId": self._base,
            "retrievalQuery": {"text": text[:CHARACTERS]},
            "retrievalConfiguration": {kind: configuration},
            **({"nextToken": token} if token else {}),
        }

    def _filter(self) -> dict[str, Any]:
        equal = [{"equals": {"key": key, "value": value}} for key, value in sorted(self._only.items())]
        if not equal:
            return {}
        return {"filter": equal[0] if len(equal) == 1 else {"andAll": equal}}


def _hit(result: dict[str, Any]) -> Hit | None:
    """None of what has no text: an image, a row of a table."""
    text = (result.get("content") or {}).get("text") or ""
    if not text.strip():
        return None
    known = result.get("metadata") or {}
    url = _url(result.get("location") or {}) or str(known.get(SOURCE_URI) or "")
    title = next((str(known[key]) for key in TITLES if known.get(key)), "")
    page = result.get("documentId") or url
    about = About(services=_names(known, "services"), environments=_names(known, "environments"))
    score = result.get("score")
    passage = Passage(page, url, title or url.rstrip("/").rpartition("/")[2] or page, (), text, about)
    # A store that tells no score has its order for an opinion.
    told = 1.0 if score is None else min(max(float(score), 0.0), 1.0)
    return Hit(passage, told, (f"Bedrock: {told:.2f}",))


def _url(location: dict[str, Any]) -> str:
    """The address, whichever of the ten kinds of location it is; a query of SQL is none."""
    for kind, told in location.items():
        if kind.endswith("Location") and isinstance(told, dict):
            return str(told.get("url") or told.get("uri") or told.get("id") or "")
    return ""


def _names(known: Mapping[str, Any], key: str) -> tuple[str, ...]:
    told = known.get(key) or ()
    return (told,) if isinstance(told, str) else tuple(str(each) for each in told)
