"""Asking Kendra: passages of Retrieve, and excerpts of Query where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from knowledge.passage import Hit, Passage
from knowledge.store import ANYWHERE, Scope
from knowledge.stores.calls import Calls
from knowledge.stores.kendra.attributes import about_of, attributes_of, scope_filter
from knowledge.stores.kendra.query import query_text

# Kendra tells its confidence in five steps, for English only. What is less than medium is no answer.
SCORES = {"VERY_HIGH": 1.0, "HIGH": 0.8, "MEDIUM": 0.6, "LOW": 0.3}
# For another language Kendra has no opinion: its order counts, and the page is shown as a medium one.
UNTOLD = 0.6
LEAST = 0.6
# Kendra API Reference, Retrieve: PageSize.
MOST = 100


class Kendra:
    """Implements `SearchService` on an index.

    With `source`, the id of our own custom data source, only what our ingest put there is asked, and scopes
    are kept by the engine. Requests carry no user context: an index with user access control answers as to
    a stranger.
    """

    def __init__(self, calls: Calls, index_id: str, source: str = "", least: float = LEAST) -> None:
        self._calls = calls
        self._index = index_id
        self._source = source
        self._least = least

    def ask(self, text: str, limit: int, scope: Scope = ANYWHERE) -> tuple[Hit, ...]:
        """See `SearchService.ask`."""
        if not (told := query_text(text)):
            return ()
        asked: dict[str, Any] = {"IndexId": self._index, "QueryText": told, "PageSize": min(limit, MOST)}
        if self._source:
            asked["AttributeFilter"] = scope_filter(self._source, scope)
        hits = list(self._hits(_passages(self._calls("retrieve", **asked))))
        if not hits:
            hits = list(self._hits(_excerpts(self._calls("query", **asked))))
        return tuple(hit for hit in hits if hit.score >= self._least)[:limit]

    def _hits(self, found: Iterable[tuple[dict[str, Any], str, str]]) -> Iterator[Hit]:
        for item, title, text in found:
            # Also the names of fields may be there with nothing in them.
            if not text.strip():
                continue
            known = attributes_of(item.get("DocumentAttributes"))
            url = item.get("DocumentURI") or str(known.get("_source_uri") or "")
            page = item.get("DocumentId") or url or str(item.get("Id") or "")
            confidence = str((item.get("ScoreAttributes") or {}).get("ScoreConfidence") or "NOT_AVAILABLE")
            about = about_of(known)
            passage = Passage(page, url, title or url or page, (), text, about)
            yield Hit(passage, SCORES.get(confidence, UNTOLD), (f"Kendra: {confidence}",))


def _passages(answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    for item in answer.get("ResultItems") or ():
        yield item, item.get("DocumentTitle") or "", item.get("Content") or ""


def _excerpts(answer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Documents and answers; an ANSWER's own text stands in its excerpt too."""
    for item in answer.get("ResultItems") or ():
        title = (item.get("DocumentTitle") or {}).get("Text") or ""
        yield item, title, (item.get("DocumentExcerpt") or {}).get("Text") or ""
