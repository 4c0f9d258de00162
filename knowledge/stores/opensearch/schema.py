"""The index: how words are read, which fields there are, and what is recorded about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.errors import IndexOutdated, IndexUnusable

# The version of this mapping and of what `split` and `documents` put into it.
SCHEMA_VERSION = 1
# `words` holds every column of a passage; values that were apart are no neighbours.
GAP = 100
# Lucene's own limit is 32,766 bytes; nothing that long is a word.
LONGEST_WORD = 255
# As the embedded store reads: letters and digits of any script, without diacritics, Porter's stems.
ANALYSIS = {
    "tokenizer": {"letters_and_digits": {"type": "pattern", "pattern": r"[^\p{L}\p{N}\p{Co}]+"}},
    "filter": {"shorter": {"type": "truncate", "length": LONGEST_WORD}},
    "analyzer": {
        "stems": {
            "type": "custom",
            "tokenizer": "letters_and_digits",
            "filter": ["lowercase", "asciifolding", "shorter", "porter_stem"],
        }
    },
}
# Lucene's engine is in every server of one's own and in every managed domain, filters while it walks, and has
# no memory besides the heap. Serverless knows faiss alone.
LUCENE_DIMENSIONS = 1_024
VECTOR = "vector"


def settings(model: str) -> dict[str, Any]:
    """Shards and copies are left to the server: a domain with three zones insists on its own number."""
    return {"index": {"knn": bool(model)}, "analysis": ANALYSIS}


def mappings(model: str, draft: str = "") -> dict[str, Any]:
    """Of an index for vectors of this model or for none; `draft` says which run is filling it."""
    stems = {"type": "text", "analyzer": "stems"}
    searched = {**stems, "copy_to": "words"}
    kept = {"type": "text", "index": False, "copy_to": "words"}
    keyword = {"type": "keyword"}
    as_is = {"type": "object", "enabled": False}
    return {
        "dynamic": "strict",
        "_meta": {"tracemend": {"schema": SCHEMA_VERSION, "model": model, "draft": draft}},
        "properties": {
            "kind": keyword,
            "page": keyword,
            "key": keyword,
            "stamp": keyword,
            "kept": as_is,
            "passage": as_is,
            "title": searched,
            "heading": searched,
            "text": kept,
            "parts": kept,
            "words": {**stems, "position_increment_gap": GAP},
            "length": {"type": "integer"},
            "services": keyword,
            "environments": keyword,
        },
    }


def vector(dimensions: int, engine: str) -> dict[str, Any]:
    """The field for vectors, which are of unit length. An empty engine leaves the choice to the server."""
    field: dict[str, Any] = {"type": "knn_vector", "dimension": dimensions}
    space = "cosinesimil" if engine == "lucene" else "innerproduct"
    if not engine:
        return {**field, "space_type": space}
    return {**field, "method": {"name": "hnsw", "engine": engine, "space_type": space}}


def engines(dimensions: int, *, serverless: bool) -> tuple[str, ...]:
    """What to try, in order: the next generation of Serverless chooses by itself."""
    if serverless:
        return ("faiss", "")
    return ("lucene",) if dimensions <= LUCENE_DIMENSIONS else ("faiss",)


def cosine(score: float, space: str) -> float:
    """A score of the server as a cosine.

    https://docs.opensearch.org/latest/vector-search/creating-vector-index/#spaces has both formulas.
    """
    if space == "cosinesimil":
        return 2 * score - 1
    return score - 1 if score >= 1 else 1 - 1 / score


def space(mapping: Mapping[str, Any]) -> str:
    """How the vectors of an index are compared; empty where it has none."""
    field = mapping.get("properties", {}).get(VECTOR)
    if field is None:
        return ""
    return str(field.get("method", {}).get("space_type") or field.get("space_type", "innerproduct"))


def recorded(name: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What is recorded of an index. Raises IndexUnusable or IndexOutdated where it is not as above."""
    meta = mapping.get("_meta", {}).get("tracemend")
    if not isinstance(meta, dict):
        raise IndexUnusable(f"{name} was not made by Tracemend; name another index")
    if meta.get("schema") != SCHEMA_VERSION:
        raise IndexOutdated(f"{name} is of another version; run `tracemend ingest` again")
    return meta
