"""The bodies of searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from knowledge.question import Question
from knowledge.store import Scope, Vector
from knowledge.stores.bm25 import PAIR_WEIGHT
from knowledge.stores.opensearch.schema import VECTOR
from knowledge.stores.words import tokens

Body = dict[str, Any]

# A server takes 1,024 clauses; these are counted up to four times.
MOST_WORDS = 200
MOST_PAIRS = 100
# Ranks beyond those that are asked for cost little and mend what an approximate search misses.
NEIGHBOURS = 100
TOLD = {"excludes": [VECTOR]}


def asked(question: Question) -> Question:
    """As much of a question as a server takes."""
    return replace(question, words=question.words[:MOST_WORDS], pairs=question.pairs[:MOST_PAIRS])


def candidates(question: Question, limit: int, scope: Scope) -> Body:
    """The most promising passages, and what is to be known of the whole index to rank them.

    `all` holds the number of passages, their mean length, and in how many of them each single word is.
    """
    words = " ".join(word for word, _ in question.words)
    should: list[Body] = [_phrase(word, float(times)) for word, times in question.words]
    should += [_phrase(pair, PAIR_WEIGHT) for pair in question.pairs]
    should += [
        {"match": {"title": {"query": words, "boost": 2.0}}},
        {"match": {"heading": {"query": words, "boost": 1.0}}},
    ]
    filters = {f"{at}": _phrase(term, 1.0) for at, term in enumerate(single(question))}
    whole = {
        "size": {"value_count": {"field": "length"}},
        "average": {"avg": {"field": "length"}},
        "found": {"filters": {"filters": filters}},
    }
    return {
        "size": limit,
        "query": {"bool": {"should": should, "minimum_should_match": 1, "filter": _scoped(scope)}},
        "aggs": {"all": {"global": {}, "aggs": whole}},
        "_source": TOLD,
        "track_total_hits": False,
    }


def single(question: Question) -> list[str]:
    """Every word of a question's words and pairs, in the order in which `candidates` counts them."""
    told = (*(word for word, _ in question.words), *question.pairs)
    return list(dict.fromkeys(token for term in told for token in tokens(term)))


def nearest(vector: Vector, limit: int, scope: Scope) -> Body:
    """The passages whose vectors are nearest, among those in scope."""
    asked_for: Body = {"vector": [float(each) for each in vector], "k": max(limit, NEIGHBOURS)}
    if within := _scoped(scope):
        asked_for["filter"] = {"bool": {"filter": within}}
    return {
        "size": limit,
        "query": {"knn": {VECTOR: asked_for}},
        "_source": TOLD,
        "track_total_hits": False,
    }


def in_order(kinds: Sequence[str], size: int, after: Sequence[Any] | None) -> Body:
    """All documents of these kinds behind `after`, each page before its passages."""
    body: Body = {
        "size": size,
        "query": {"terms": {"kind": list(kinds)}},
        "sort": ["key", "stamp"],
        "track_total_hits": False,
    }
    return {**body, "search_after": list(after)} if after else body


def _phrase(term: str, boost: float) -> Body:
    return {"match_phrase": {"words": {"query": term, "boost": boost}}}


def _scoped(scope: Scope) -> list[Body]:
    named = (("services", scope.service), ("environments", scope.environment))
    return [_meant(field, name.lower()) for field, name in named if name]


def _meant(field: str, name: str) -> Body:
    about_all = {"bool": {"must_not": {"exists": {"field": field}}}}
    return {"bool": {"should": [{"term": {field: name}}, about_all], "minimum_should_match": 1}}
