"""Alert and error lines to the page that answers them, beside SQLite FTS5 and bm25s (run alone with -m).

Reads the public sets in TRACEMEND_DATA or ../shared/data. A question counts as unanswerable where it is put
to the other set's pages, unless the page that answers it stands among them too.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import bm25s

from knowledge.embeddings.cached import CachedEmbedder
from knowledge.embeddings.local import LocalEmbedder
from knowledge.embeddings.text import text_of
from knowledge.errors import EmbeddingUnavailable
from knowledge.passage import Hit, Page
from knowledge.search import FLOOR, How, search
from knowledge.split import split
from knowledge.store import Embedder, Kept
from knowledge.stores.embedded import EmbeddedStore

SETS = ("runbook_retrieval", "aws_error_docs")
DEPTH = 20
# The share of answerable questions that a floor may lose where it is chosen.
LOSES = 0.02
FLOORS = (0.6, 0.7, 0.75, 0.8, FLOOR)

Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Dataset:
    """Pages, questions by id, and for each the pages that answer it with their grade."""

    name: str
    pages: tuple[Page, ...]
    questions: dict[str, str]
    relevant: dict[str, dict[str, int]]


def load(folder: Path) -> Dataset:
    """One set, in the form that its README tells."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    asked = [json.loads(line) for line in (folder / "queries.jsonl").read_text().splitlines()]
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
        question, page, grade = line.split("\t")
        relevant.setdefault(question, {})[page] = int(grade)
    return Dataset(
        folder.name,
        tuple(Page(row["id"], row["url"], row["title"], row["text"]) for row in rows),
        {row["id"]: row["text"] for row in asked},
        relevant,
    )


@contextmanager
def index(data: Dataset, embedder: Embedder | None = None) -> Iterator[EmbeddedStore]:
    """The pages in our embedded store, with vectors if there is a model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        with EmbeddedStore.create(path, embedder.model if embedder else "") as store:
            for page in data.pages:
                parts = split(page)
                vectors = embedder.passages([text_of(part) for part in parts]) if embedder else ()
                store.replace(page.id, Kept(""), parts, vectors)
        with EmbeddedStore(path) as store:
            yield store


@contextmanager
def peer(data: Dataset) -> Iterator[Ranking]:
    """SQLite FTS5 as it comes: whole pages, Porter stems, every word of the question."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE page USING fts5 (title, text, tokenize='porter unicode61')")
        db.executemany("INSERT INTO page VALUES (?, ?)", [(page.title, page.text) for page in data.pages])

        def rank(text: str) -> list[str]:
            words = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", text)))
            found = db.execute(
                "SELECT rowid FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?", (words, DEPTH)
            )
            return [data.pages[row - 1].id for (row,) in found]

        yield rank


@contextmanager
def bm25s_peer(data: Dataset) -> Iterator[Ranking]:
    """bm25s over whole pages, by its defaults."""
    engine = bm25s.BM25()
    texts = [f"{page.title} {page.text}" for page in data.pages]
    engine.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def rank(text: str) -> list[str]:
        asked = bm25s.tokenize(text, show_progress=False)
        found, _ = engine.retrieve(asked, k=DEPTH, show_progress=False)
        return [data.pages[at].id for at in found[0]]

    yield rank


PEERS = {"sqlite fts5 as it comes": peer, "bm25s as it comes": bm25s_peer}


def quality(data: Dataset, rank: Ranking) -> dict[str, float]:
    """Recall at 1 and 5 (any page that answers), nDCG at 10 and the seconds a question."""
    first = five = gain = 0.0
    start = time.perf_counter()
    for name, text in data.questions.items():
        grades = data.relevant[name]
        found = rank(text)
        first += any(page in grades for page in found[:1])
        five += any(page in grades for page in found[:5])
        gain += _gain([grades.get(page, 0) for page in found]) / _gain(sorted(grades.values(), reverse=True))
    count = len(data.questions)
    seconds = (time.perf_counter() - start) / count
    return {
        "recall@1": round(first / count, 3),
        "recall@5": round(five / count, 3),
        "ndcg@10": round(gain / count, 3),
        "seconds": round(seconds, 4),
    }


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:10])))


def pages_of(hits: Sequence[Hit]) -> list[str]:
    """The pages of these passages, each once, in order."""
    return list(dict.fromkeys(hit.passage.page_id for hit in hits))


def silence(answerable: Mapping[str, float], foreign: Mapping[str, float], floor: float) -> dict[str, float]:
    """The share of answerable questions that a floor loses, and of unanswerable ones that it refuses."""
    return {
        "floor": round(floor, 2),
        "answerable_lost": round(sum(score < floor for score in answerable.values()) / len(answerable), 3),
        "unanswerable_refused": round(sum(score < floor for score in foreign.values()) / len(foreign), 3),
        "unanswerable": len(foreign),
    }


def best(store: EmbeddedStore, texts: Mapping[str, str]) -> dict[str, float]:
    """The lowest floor that would refuse each question; no floor refuses one that was found whole.

    The floor is one of words, so vectors change nothing here.
    """
    found = {}
    for name, text in texts.items():
        hits = search(store, text, 1, How(floor=0))
        whole = search(store, text, 1, How(floor=math.inf))
        found[name] = math.inf if whole else hits[0].score if hits else 0.0
    return found


def foreign(data: Dataset, other: Dataset) -> dict[str, str]:
    """The questions of one set that no page of the other answers."""
    there = {page.url for page in other.pages}
    urls = {page.id: page.url for page in data.pages}
    return {
        name: text
        for name, text in data.questions.items()
        if not any(urls.get(page) in there for page in data.relevant[name])
    }


def crossed(scores: Mapping[str, tuple[dict[str, float], dict[str, float]]]) -> Iterator[dict[str, object]]:
    """What a floor does to questions that it was not chosen on: the highest that loses LOSES of some.

    On one half of both sets' questions and on the other, and on one set and on the other; both ways.
    """
    groups = {f"half {half} of both": _half(scores, half) for half in (0, 1)} | dict(scores)
    for on, measured in (*permutations([*groups][:2], 2), *permutations(scores, 2)):
        ordered = sorted(groups[on][0].values())
        floor = ordered[int(LOSES * len(ordered))]
        yield {"chosen_on": on, "measured_on": measured, **silence(*groups[measured], floor)}


def _half(
    scores: Mapping[str, tuple[dict[str, float], dict[str, float]]], half: int
) -> tuple[dict[str, float], dict[str, float]]:
    kinds = zip(*scores.values(), strict=True)
    first, second = ({name: each[name] for each in kind for name in sorted(each)[half::2]} for kind in kinds)
    return first, second


def evaluate(root: Path, names: Sequence[str] = SETS) -> Iterator[dict[str, object]]:
    """One row for each set and engine, and one for each set's unanswerable questions."""
    here = [name for name in names if (root / name / "corpus.jsonl.gz").is_file()]
    for name in names:
        if name not in here:
            yield {"set": name, "skipped": f"not in {root}"}
    sets = [load(root / name) for name in here]
    for data in sets:
        for engine, made in PEERS.items():
            with made(data) as rank:
                yield {"set": data.name, "engine": engine, **quality(data, rank)}
    yield from _ours(sets, "embedded, words", None)
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tracemend"
    try:
        with CachedEmbedder(LocalEmbedder(cache), cache / "vectors.sqlite") as embedder:
            yield from _ours(sets, "embedded, words and vectors", embedder)
    except EmbeddingUnavailable as error:
        yield {"engine": "embedded, words and vectors", "skipped": str(error)}


def _ours(sets: Sequence[Dataset], engine: str, embedder: Embedder | None) -> Iterator[dict[str, object]]:
    how = How(embedder=embedder)
    with ExitStack() as opened:
        stores = {data.name: opened.enter_context(index(data, embedder)) for data in sets}
        for data in sets:
            store = stores[data.name]

            def rank(text: str, store: EmbeddedStore = store) -> list[str]:
                return pages_of(search(store, text, DEPTH, how=how))

            yield {"set": data.name, "engine": engine, **quality(data, rank)}
        if embedder is None:
            yield from _floors(sets, stores)


def _floors(sets: Sequence[Dataset], stores: Mapping[str, EmbeddedStore]) -> Iterator[dict[str, object]]:
    """What floors do, ours the last, and what one would that was chosen on other questions."""
    scores = {}
    for data, other in permutations(sets, 2):
        here = best(stores[data.name], data.questions)
        elsewhere = best(stores[other.name], foreign(data, other))
        scores[data.name] = (here, elsewhere)
        told: dict[str, object] = {"set": data.name, "pages_of": other.name}
        yield from (told | silence(here, elsewhere, floor) for floor in FLOORS)
    if len(scores) == 2:
        yield from crossed(scores)


def main() -> None:
    """Write the rows as JSON Lines; arguments are the names of other sets of this form."""
    root = Path(os.environ.get("TRACEMEND_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
    for row in evaluate(root, sys.argv[1:] or SETS):
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
