"""`make bench`: an index of 100,000 passages: opening and searching it, beside bm25s and a real OpenSearch.

Milliseconds of processor time, the embedded index and bm25s each in a process of their own. Vectors need the
local model (`make embeddings`), OpenSearch Java and Maven or OPENSEARCH_URL; without them that part is left
out, and said so. An argument is another number of passages.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import bm25s

from infra.local.opensearch_server import missing
from knowledge.copying import copy
from knowledge.errors import EmbeddingUnavailable
from knowledge.passage import Passage
from knowledge.search import How, search
from knowledge.store import Vector
from knowledge.stores.embedded import EmbeddedStore
from tests.evals.growing import Asked, MadeIndex, copied, in_turn, made_index, questions
from tests.evals.outgrowing import local, opensearch
from tests.evals.retrieval import SETS, Dataset, load

PASSAGES = 100_000
WARMING = 60


def build(path: Path, source: MadeIndex) -> dict[str, float]:
    """Store passages and vectors that are there already."""
    start = time.process_time()
    with EmbeddedStore.create(path, source.model()) as store:
        copy(source, store)
    return {
        "seconds": round(time.process_time() - start, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "file_mb": round(path.stat().st_size / 1e6),
    }


def speed(path: Path, asked: Mapping[str, Vector], texts: Sequence[str]) -> dict[str, float]:
    """Opening, the first search of each kind, and the others, in milliseconds."""
    start = time.process_time()
    store = EmbeddedStore(path)
    found = {"open": time.process_time() - start}
    how = How(embedder=Asked(store.model(), asked)) if asked else None
    kinds = {"words": How()} | ({"hybrid": how} if how else {})
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for text in texts:
        for kind, each in kinds.items():
            start = time.process_time()
            search(store, text, 5, replace(each, floor=0))
            took[kind].append(time.process_time() - start)
    store.close()
    found |= {f"first_{kind}": times[0] for kind, times in took.items()}
    return _rounded(found | _warm(took))


def peer(path: Path, texts: Sequence[str]) -> dict[str, float]:
    """The same passages in bm25s by its defaults, whole in memory: no stems, pairs, vectors or floor."""
    with EmbeddedStore(path) as store:
        passages = [" ".join((each.title, *each.heading, each.text)) for each in _passages(store)]
    start = time.process_time()
    index = bm25s.BM25()
    index.index(bm25s.tokenize(passages, show_progress=False), show_progress=False)
    found = {"build": time.process_time() - start}
    times = []
    for text in texts:
        start = time.process_time()
        tokens = bm25s.tokenize(text, show_progress=False)
        index.retrieve(tokens, k=60, show_progress=False)
        times.append(time.process_time() - start)
    return _rounded(found | _warm({"words": times}))


def _warm(took: Mapping[str, list[float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind, times in took.items():
        warm = sorted(times[WARMING:])
        found |= {f"{kind}_p50": warm[len(warm) // 2], f"{kind}_p95": warm[int(len(warm) * 0.95)]}
    return found


def _rounded(found: Mapping[str, float]) -> dict[str, float]:
    return {name: round(seconds * 1e3, 1) for name, seconds in found.items()}


def _passages(store: EmbeddedStore) -> Iterator[Passage]:
    for content in store.contents():
        yield from content.passages


def alone(step: Callable[..., dict[str, float]], *given: object) -> dict[str, float]:
    """What the step tells when it runs in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(step, *given).result()


def main(passages: int = PASSAGES) -> None:
    """Write one JSON object for each step."""
    root = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if not root.is_dir():
        _left_out(f"there is no {root}; name the sets with TRACEMEND_DATA")
        return
    sets = [load(root / name) for name in SETS]
    texts = questions(sets)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        source, asked = _made(sets, passages, texts)
        _tell("index", alone(build, path, source))
        _tell("search_ms", alone(speed, path, asked, texts))
        _tell("bm25s_ms", alone(peer, path, texts))
        if missing() and not os.environ.get("OPENSEARCH_URL"):
            _left_out(f"OpenSearch needs {missing()} on PATH, or name a server by OPENSEARCH_URL")
            return
        with opensearch() as server, EmbeddedStore(path) as store:
            _tell("copied", copied(server, store, passages))
            for row in in_turn(server, store, texts, asked):
                _tell("in_turn", row)


def _made(
    sets: Sequence[Dataset], passages: int, texts: Sequence[str]
) -> tuple[MadeIndex, Mapping[str, Vector]]:
    """Passages, and the vectors of questions; neither have any where there is no model."""
    with ExitStack() as opened:
        try:
            embedder = opened.enter_context(local())
        except EmbeddingUnavailable as error:
            _left_out(f"vectors: {error}")
            embedder = None
        return made_index(sets, passages, texts, embedder)


def _left_out(why: str) -> None:
    sys.stderr.write(f"left out: {why}\n")


def _tell(name: str, found: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps({name: found}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
