"""`make bench`: an embedded index of 100,000 passages: building, opening, and searching it, beside bm25s.

Pages are made of paragraphs of the public sets, in TRACEMEND_DATA or ../shared/data; each paragraph is
there many times, so words are more common than in a wiki of that size. Seconds of CPU, each step in a process
of its own. An argument is a number of pages, of which an index without vectors is made besides.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import bm25s
import numpy as np

from knowledge.passage import Page, Passage
from knowledge.question import question
from knowledge.search import search
from knowledge.split import split
from knowledge.store import Kept, Vector
from knowledge.stores.embedded import EmbeddedStore
from tests.evals.retrieval import SETS, load

PASSAGES = 100_000
DIMENSIONS = 384
WARMING = 60


def pages(paragraphs: Sequence[str], seed: int = 1) -> Iterator[Page]:
    """Runbooks without end, of two to five sections with two to six paragraphs."""
    rng = random.Random(seed)  # noqa: S311 - the same each time
    names = [f"{rng.choice(['orders', 'billing', 'search', 'auth'])}-{number}" for number in range(3_000)]
    number = 0
    while True:
        number += 1
        sections = (
            f"## {rng.choice(names)} alarm\n\n" + "\n\n".join(rng.choices(paragraphs, k=rng.randint(2, 6)))
            for _ in range(rng.randint(2, 5))
        )
        title = f"{rng.choice(names)} runbook {number}"
        yield Page(f"p{number}", f"https://wiki/p{number}", title, f"# {title}\n\n" + "\n\n".join(sections))


def build(path: Path, paragraphs: Sequence[str], *, count: int = 0) -> dict[str, float]:
    """Split and store until there are PASSAGES with random vectors, or `count` pages without any."""
    draw = np.random.default_rng(1)
    stored = total = 0
    spent = 0.0
    with EmbeddedStore.create(path, "" if count else "random") as store:
        for page in pages(paragraphs):
            start = time.process_time()
            parts = split(page)
            spent += time.process_time() - start
            vectors = [] if count else _units(draw, len(parts))
            start = time.process_time()
            store.replace(page.id, Kept(""), parts, vectors)
            spent += time.process_time() - start
            stored += 1
            total += len(parts)
            if stored == count or (not count and total >= PASSAGES):
                break
        start = time.process_time()
    return {
        "pages": stored,
        "passages": total,
        "pages_a_second": round(stored / (spent + time.process_time() - start)),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "file_mb": round(path.stat().st_size / 1e6),
    }


def _units(draw: np.random.Generator, count: int) -> list[Vector]:
    drawn = draw.standard_normal((count, DIMENSIONS), dtype=np.float32)
    return [vector / np.linalg.norm(vector) for vector in drawn]


def speed(path: Path, asked: Sequence[str]) -> dict[str, float]:
    """Opening, the first search of each kind, and the others, in milliseconds of CPU."""
    start = time.process_time()
    store = EmbeddedStore(path)
    found = {"open": time.process_time() - start}
    draw = np.random.default_rng(2)
    words: list[float] = []
    hybrid: list[float] = []
    for text in asked:
        (vector,) = _units(draw, 1)
        start = time.process_time()
        search(store, text, 5)
        words.append(time.process_time() - start)
        store.near(vector, 60)
        hybrid.append(time.process_time() - start)
    found |= {"first_words": words[0], "first_vectors": hybrid[0] - words[0]}
    for name, times in (("words", words), ("hybrid", hybrid)):
        warm = sorted(times[WARMING:])
        found |= {f"{name}_p50": warm[len(warm) // 2], f"{name}_p95": warm[int(len(warm) * 0.95)]}
    store.close()
    return {name: round(seconds * 1e3, 1) for name, seconds in found.items()}


def peer(path: Path, asked: Sequence[str]) -> dict[str, float]:
    """The same passages in bm25s by its defaults, whole in memory: no stems, pairs, vectors or floor."""
    with EmbeddedStore(path) as store:
        texts = [" ".join((each.title, *each.heading, each.text)) for each in _passages(store)]
    start = time.process_time()
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)
    found = {"build": time.process_time() - start}
    times = []
    for text in asked:
        start = time.process_time()
        tokens = bm25s.tokenize(text, show_progress=False)
        index.retrieve(tokens, k=60, show_progress=False)
        times.append(time.process_time() - start)
    warm = sorted(times[WARMING:])
    found |= {"words_p50": warm[len(warm) // 2], "words_p95": warm[int(len(warm) * 0.95)]}
    return {name: round(seconds * 1e3, 1) for name, seconds in found.items()}


def _passages(store: EmbeddedStore) -> Iterator[Passage]:
    for content in store.contents():
        yield from content.passages


def alone(step: Callable[..., dict[str, float]], *given: object, **named: object) -> dict[str, float]:
    """What the step tells when it runs in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(step, *given, **named).result()


def main(pages_besides: int = 0) -> None:
    """Write one JSON object for each step."""
    root = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if not root.is_dir():
        sys.stderr.write(f"skipped: there is no {root}; name the sets with TRACEMEND_DATA\n")
        return
    sets = [load(root / name) for name in SETS]
    paragraphs = [
        part
        for data in sets
        for page in data.pages
        for part in re.split(r"\n\n+", page.text)
        if len(part) > 40 and "```" not in part
    ]
    asked = [text for data in sets for text in data.questions.values() if question(text).words]
    random.Random(4).shuffle(asked)  # noqa: S311 - the same each time
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        _tell("index", alone(build, path, paragraphs))
        _tell("search_ms", alone(speed, path, asked))
        _tell("bm25s_ms", alone(peer, path, asked))
        if pages_besides:
            _tell("words", alone(build, Path(folder) / "words", paragraphs, count=pages_besides))


def _tell(name: str, found: dict[str, float]) -> None:
    sys.stdout.write(json.dumps({name: found}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
