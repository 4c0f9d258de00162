"""`make bench`: an embedded index of 100,000 passages: building, opening, and searching it.

Pages are made of paragraphs of the public sets, in TRACEMEND_DATA or ../shared/data; each paragraph is
there many times, so words are more common than in a wiki of that size. CPU seconds of one process.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.passage import Page
from knowledge.question import question
from knowledge.search import search
from knowledge.split import split
from knowledge.store import Kept
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


def build(path: Path, paragraphs: Sequence[str]) -> dict[str, float]:
    """Split and store until there are PASSAGES; the vectors are random."""
    draw = np.random.default_rng(1)
    count = total = 0
    spent = 0.0
    with EmbeddedStore.create(path, "random") as store:
        for page in pages(paragraphs):
            start = time.process_time()
            parts = split(page)
            spent += time.process_time() - start
            vectors = draw.standard_normal((len(parts), DIMENSIONS), dtype=np.float32)
            start = time.process_time()
            store.replace(page.id, Kept(""), parts, [vector / np.linalg.norm(vector) for vector in vectors])
            spent += time.process_time() - start
            count += 1
            total += len(parts)
            if total >= PASSAGES:
                break
    return {
        "pages": count,
        "passages": total,
        "pages_a_second": round(count / spent),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "file_mb": round(path.stat().st_size / 1e6),
    }


def speed(path: Path, asked: Sequence[str]) -> dict[str, float]:
    """Opening, the first search of each kind, and the others, in milliseconds of CPU."""
    start = time.process_time()
    store = EmbeddedStore(path)
    found = {"open": time.process_time() - start}
    draw = np.random.default_rng(2)
    words: list[float] = []
    hybrid: list[float] = []
    for text in asked:
        vector = draw.standard_normal(DIMENSIONS, dtype=np.float32)
        start = time.process_time()
        search(store, text, 5)
        words.append(time.process_time() - start)
        store.near((vector / np.linalg.norm(vector)).tolist(), 60)
        hybrid.append(time.process_time() - start)
    found |= {"first_words": words[0], "first_vectors": hybrid[0] - words[0]}
    for name, times in (("words", words), ("hybrid", hybrid)):
        warm = sorted(times[WARMING:])
        found |= {f"{name}_p50": warm[len(warm) // 2], f"{name}_p95": warm[int(len(warm) * 0.95)]}
    store.close()
    return {name: round(seconds * 1e3, 1) for name, seconds in found.items()}


def main() -> None:
    """Write one JSON object."""
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
        built = build(path, paragraphs)
        sys.stdout.write(json.dumps({"index": built, "search_ms": speed(path, asked)}) + "\n")


if __name__ == "__main__":
    main()
