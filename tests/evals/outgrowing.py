"""The embedded store beside OpenSearch with the same passages: quality, and speed (run with -m).

OPENSEARCH_URL names a server; without it one is started, which needs Java and Maven. Generated passages are
sentences of the public pages put together anew, each with a host and an error code of its own; their vectors
are random, which is the worst that an approximate search can meet.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from infra.local.opensearch_server import OpenSearchServer, missing
from knowledge.copying import copy
from knowledge.passage import Passage
from knowledge.question import question
from knowledge.search import search
from knowledge.split import split
from knowledge.store import Kept, PassageIndex, Vector
from knowledge.stores.embedded import EmbeddedStore
from knowledge.stores.opensearch.rebuilding import rebuilt
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.evals.retrieval import DEPTH, SETS, Dataset, index, load, pages_of, quality

PASSAGES = 100_000
WITH_VECTORS = 10_000
A_PAGE = 4
DIMENSIONS = 384
MODEL = "random"
QUESTIONS = 100
WARMING = 5
NEAREST = 60


@contextmanager
def opensearch() -> Iterator[Server]:
    """The server that was named, or one of our own."""
    if named := os.environ.get("OPENSEARCH_URL"):
        yield Server([named])
        return
    with tempfile.TemporaryDirectory() as folder, OpenSearchServer(Path(folder)) as started:
        yield Server(started.endpoints)


def alike(server: Server, sets: Sequence[Dataset]) -> Iterator[dict[str, object]]:
    """The quality of both on each set."""
    for data in sets:
        with rebuilt(server, data.name) as made:
            for page in data.pages:
                made.replace(page.id, Kept("-"), split(page))
        with index(data) as embedded:
            theirs = OpenSearchStore(server, data.name)
            stores: dict[str, PassageIndex] = {"embedded": embedded, "opensearch": theirs}
            for name, store in stores.items():
                found = quality(data, lambda text, store=store: pages_of(search(store, text, DEPTH)))  # type: ignore[misc]
                lost = sum(not search(store, text, 1) for text in data.questions.values())
                share = round(lost / len(data.questions), 3)
                yield {"set": data.name, "engine": name, **found, "answerable_lost": share}


def passages(sets: Sequence[Dataset], count: int, seed: int = 7) -> Iterator[Passage]:
    """Generated ones, `A_PAGE` to a page."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    told = [part for data in sets for page in data.pages for part in split(page)]
    sentences = [each for part in told for each in re.split(r"(?<=[.:]) |\n+", part.text) if len(each) > 20]
    for number in range(count):
        page, part = f"page-{number // A_PAGE}", chance.choice(told)
        text = " ".join(chance.choices(sentences, k=chance.randint(8, 20)))
        own = f"\nSeen on host-{chance.randrange(5_000)} with E{chance.randrange(9_999):04}."
        yield Passage(page, f"https://wiki.example.com/{page}", part.title, part.heading, text + own)


def vector(chance: random.Random) -> Vector:
    """A random one of unit length."""
    values = [chance.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = sum(each * each for each in values) ** 0.5
    return [each / length for each in values]


def fast(server: Server, sets: Sequence[Dataset], count: int, model: str = "") -> Iterator[dict[str, object]]:
    """Building both, and the milliseconds of a search in each, in turn; with vectors if there is a model."""
    chance = random.Random(11)  # noqa: S311 - the same each time
    told = {"passages": count, "vectors": bool(model)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        start = time.perf_counter()
        with EmbeddedStore.create(path, model) as made:
            for page in _pages(passages(sets, count)):
                vectors = [vector(chance) for _ in page] if model else []
                made.replace(page[0].page_id, Kept("-"), page, vectors)
        yield {**told, "engine": "embedded", "build_seconds": round(time.perf_counter() - start, 1)}
        start = time.perf_counter()
        with EmbeddedStore(path) as source, rebuilt(server, "outgrown", model) as target:
            copy(source, target)
        yield {**told, "engine": "opensearch", "copy_seconds": round(time.perf_counter() - start, 1)}
        with EmbeddedStore(path) as ours:
            both: dict[str, PassageIndex] = {
                "embedded": ours,
                "opensearch": OpenSearchStore(server, "outgrown"),
            }
            for row in _in_turn(both, _near(chance) if model else _words(sets, chance)):
                yield {**told, **row}


def _pages(parts: Iterator[Passage]) -> Iterator[list[Passage]]:
    while page := list(islice(parts, A_PAGE)):
        yield page


Call = Callable[[PassageIndex], Sequence[object]]


def _words(sets: Sequence[Dataset], chance: random.Random) -> list[Call]:
    texts = [text for data in sets for text in data.questions.values()]
    asked = [question(text) for text in chance.sample(texts, QUESTIONS)]
    return [lambda store, each=each: store.rank(each, NEAREST) for each in asked]  # type: ignore[misc]


def _near(chance: random.Random) -> list[Call]:
    asked = [vector(chance) for _ in range(QUESTIONS)]
    return [lambda store, each=each: store.near(each, NEAREST) for each in asked]  # type: ignore[misc]


def _in_turn(stores: Mapping[str, PassageIndex], calls: Sequence[Call]) -> Iterator[dict[str, object]]:
    took: dict[str, list[float]] = {name: [] for name in stores}
    for number, call in enumerate([*calls[:WARMING], *calls]):
        for name, store in stores.items():
            start = time.perf_counter()
            call(store)
            if number >= WARMING:
                took[name].append(1_000 * (time.perf_counter() - start))
    for name, times in took.items():
        p50, p95 = (round(statistics.quantiles(times, n=20)[at]) for at in (9, 18))
        yield {"engine": name, "p50_ms": p50, "p95_ms": p95}


def evaluate(root: Path) -> Iterator[dict[str, object]]:
    """The quality of both, in one run, or why it was not measured."""
    lacking = missing()
    if lacking and not os.environ.get("OPENSEARCH_URL"):
        yield {"skipped": f"OpenSearch needs {lacking} on PATH, or name a server by OPENSEARCH_URL"}
        return
    with opensearch() as server:
        yield from alike(server, [load(root / name) for name in SETS])


def main() -> None:
    """Write the rows as JSON Lines; an argument is another number of passages."""
    root = Path(os.environ.get("TRACEMEND_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
    sets = [load(root / name) for name in SETS]
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSAGES
    with opensearch() as server:
        runs = (alike(server, sets), fast(server, sets, count), fast(server, sets, WITH_VECTORS, MODEL))
        for rows in runs:
            for row in rows:
                sys.stdout.write(json.dumps(row) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
