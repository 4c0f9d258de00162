"""How an index is asked about an incident."""

from __future__ import annotations

from dataclasses import replace

from knowledge.search import WORDS_ONLY, How
from knowledge.store import Embedder, Scope
from lambda_image.domain.evidence import KnowledgeQuery


def how(query: KnowledgeQuery, embedder: Embedder | None = None, manner: How = WORDS_ONLY) -> How:
    """With the names and the frame as other formulations, within the incident's service and environment.

    `manner` is what is the same for every incident.
    """
    also = tuple(filter(None, (query.names, query.frame)))
    return replace(manner, also=also, scope=scope(query), embedder=embedder)


def scope(query: KnowledgeQuery) -> Scope:
    """Where the answer may come from."""
    return Scope(query.service or "", query.environment or "")
