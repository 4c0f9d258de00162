"""How an index is asked about an incident."""

from __future__ import annotations

from knowledge.search import How, Reranker
from knowledge.store import Embedder, Scope
from lambda_image.domain.evidence import KnowledgeQuery


def how(query: KnowledgeQuery, embedder: Embedder | None = None, reranker: Reranker | None = None) -> How:
    """With the names and the frame as other formulations, within the incident's service and environment."""
    also = tuple(filter(None, (query.names, query.frame)))
    return How(also, scope(query), embedder, reranker)


def scope(query: KnowledgeQuery) -> Scope:
    """Where the answer may come from."""
    return Scope(query.service or "", query.environment or "")
