"""Runbook retrieval on the public sets, beside SQLite FTS5 over whole pages in the same run."""

from __future__ import annotations

import gzip
import json
import math
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.passage import Page
from knowledge.search import search
from knowledge.split import split
from knowledge.stores.embedded import EmbeddedStore

SETS = ("runbook_retrieval", "aws_error_docs")
Rank = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Set:
    """Pages, queries by id, and the relevant pages of each query."""

    pages: tuple[dict[str, Any], ...]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]


def read(folder: Path) -> Set:
    """One set as its README describes it."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        pages = tuple(json.loads(line) for line in file)
    queries = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines():
        query, page, grade = line.split("\t")[:3]
        if grade.isdigit():
            relevant.setdefault(query, {})[page] = int(grade)
    return Set(pages, {each["id"]: each["text"] for each in queries}, relevant)


def ours(found: Set, work: Path) -> Rank:
    """The embedded index."""
    store = EmbeddedStore.create(work)
    for each in found.pages:
        page = Page(each["id"], each.get("url") or each["id"], each["title"], each["text"])
        store.replace(page.id, "", split(page))

    def rank(text: str) -> Sequence[str]:
        hits = search(store, text, 60)
        return list(dict.fromkeys(hit.passage.page_id for hit in hits))[:10]

    return rank


def peer(found: Set) -> Rank:
    """SQLite FTS5 as it comes: whole pages, all words of the query."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE page USING fts5(id UNINDEXED, text, tokenize='porter')")
    rows = ((each["id"], f"{each['title']}\n{each['text']}") for each in found.pages)
    db.executemany("INSERT INTO page VALUES (?, ?)", rows)

    def rank(text: str) -> Sequence[str]:
        words = " OR ".join(f'"{word}"' for word in text.replace('"', " ").split())
        query = "SELECT id FROM page WHERE page MATCH ? ORDER BY rank LIMIT 10"
        return [row[0] for row in db.execute(query, (words,))]

    return rank


def figures(found: Set, rank: Rank) -> dict[str, float]:
    """recall@1, recall@5 and nDCG@10, means over the queries."""
    ranked = {query: rank(text) for query, text in found.queries.items()}
    count = len(ranked)
    return {
        "recall@1": round(sum(_hit(found.relevant[q], pages[:1]) for q, pages in ranked.items()) / count, 3),
        "recall@5": round(sum(_hit(found.relevant[q], pages[:5]) for q, pages in ranked.items()) / count, 3),
        "ndcg@10": round(sum(_ndcg(found.relevant[q], pages) for q, pages in ranked.items()) / count, 3),
    }


def _hit(relevant: Mapping[str, int], pages: Sequence[str]) -> bool:
    return any(page in relevant for page in pages)


def _ndcg(relevant: Mapping[str, int], pages: Sequence[str]) -> float:
    def gain(grades: Sequence[int]) -> float:
        return sum(grade / math.log2(at + 2) for at, grade in enumerate(grades))

    best = gain(sorted(relevant.values(), reverse=True)[:10])
    return gain([relevant.get(page, 0) for page in pages]) / best


def evaluate(data: Path) -> dict[str, Any]:
    """All sets, ours and the peer's, and how often a question to the wrong set finds nothing."""
    sets = {name: read(data / name) for name in SETS}
    with tempfile.TemporaryDirectory() as folder:
        ranks = {name: ours(found, Path(folder) / name) for name, found in sets.items()}
        report: dict[str, Any] = {
            name: {"tracemend": figures(found, ranks[name]), "sqlite_fts5": figures(found, peer(found))}
            for name, found in sets.items()
        }
        for name, other in (SETS, SETS[::-1]):
            asked = sets[name].queries.values()
            report[name]["nothing_found_when_answerable"] = _empty(ranks[name], asked)
            report[name]["nothing_found_in_the_other_set"] = _empty(ranks[other], asked)
    return report


def _empty(rank: Rank, queries: Any) -> float:
    return round(sum(not rank(text) for text in queries) / len(queries), 3)
