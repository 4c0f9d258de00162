"""An index that grows into OpenSearch: how fast it is copied, how large it is, how fast it is searched.

Passages are made (see made_wiki.py). A vector is that of a passage of the public sets, by all-MiniLM-L6-v2,
turned a little at random: so they lie in groups, as those of a wiki do, and not evenly, as random ones would.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.copying import copy
from knowledge.embeddings.text import text_of
from knowledge.question import question
from knowledge.search import How, search
from knowledge.split import split
from knowledge.store import Content, Copyable, Embedder, Kept, PassageIndex, Vector
from knowledge.stores.embedded import EmbeddedStore
from knowledge.stores.opensearch.growing import grow
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.evals.made_wiki import MadeWiki
from tests.evals.retrieval import Dataset

NAME = "outgrown"
# Beyond this only OpenSearch is filled and asked.
EMBEDDED_UP_TO = 100_000
# How far a vector is turned: its cosine to the passage's own is 0.86 then.
TURNED = 0.6
QUESTIONS = 100
WARMING = 5
TOLD_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class MadeIndex:
    """Implements `Copyable`: so many passages, with vectors near to these, or with none."""

    sets: Sequence[Dataset]
    passages: int
    name: str = ""
    near: Sequence[Vector] = field(default=(), repr=False)

    def contents(self) -> Iterator[Content]:
        """See `Copyable.contents`; the same each time."""
        draw = np.random.default_rng(3)
        around = np.asarray(self.near, dtype=np.float32)
        made = 0
        for parts in MadeWiki(self.sets, seed=7).passages():
            if made >= self.passages:
                return
            made += len(parts)
            vectors = _turned(draw, around, len(parts)) if self.name else ()
            yield Content(parts[0].page_id, Kept("-"), tuple(parts), tuple(vectors))

    def model(self) -> str:
        """See `Copyable.model`."""
        return self.name


@dataclass(frozen=True, slots=True)
class Asked:
    """Implements `Embedder` for questions whose vectors are there already: no search waits for them."""

    model: str
    vectors: Mapping[str, Vector]

    def passages(self, texts: Sequence[str]) -> list[Vector]:
        """None: see above."""
        raise NotImplementedError

    def question(self, text: str) -> Vector:
        """See `Embedder.question`."""
        return self.vectors[text]


def grown(
    server: Server, sets: Sequence[Dataset], passages: int, embedder: Embedder | None = None
) -> Iterator[dict[str, object]]:
    """What it took to fill the stores, and what searches take of words and, with a model, of vectors too."""
    texts = _questions(sets)
    source, how = MadeIndex(sets, passages), How()
    if embedder:
        parts = [text_of(part) for data in sets for page in data.pages for part in split(page)]
        source = MadeIndex(sets, passages, embedder.model, embedder.passages(parts))
        asked = {question(text).text: embedder.question(question(text).text) for text in texts}
        how = How(embedder=Asked(embedder.model, asked))
    told = {"passages": passages, "vectors": bool(embedder)}
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, PassageIndex] = {}
        copied: Copyable = source
        if passages <= EMBEDDED_UP_TO:
            path = Path(folder) / "index"
            yield {**told, "engine": "embedded", **_built(path, source)}
            copied = stores["embedded"] = EmbeddedStore(path)
        yield {**told, "engine": "opensearch", **_copied(server, copied, passages)}
        stores["opensearch"] = OpenSearchStore(server, NAME)
        for kind in ("words", "words and vectors") if embedder else ("words",):
            for row in _in_turn(server, stores, texts, how if kind != "words" else How()):
                yield {**told, "asked": kind, **row}
    server(lambda client: client.indices.delete(index=f"{NAME}-*"))


def _questions(sets: Sequence[Dataset]) -> list[str]:
    """Of both sets, evenly, those that have words."""
    texts = sorted(text for data in sets for text in data.questions.values() if question(text).words)
    return texts[:: max(1, len(texts) // QUESTIONS)][:QUESTIONS]


def _turned(draw: np.random.Generator, around: Any, count: int) -> Any:
    vectors = around[draw.integers(len(around), size=count)]
    away = draw.standard_normal(vectors.shape, dtype=np.float32)
    vectors = vectors + TURNED * away / np.linalg.norm(away, axis=1, keepdims=True)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _built(path: Path, source: Copyable) -> dict[str, float]:
    start = (time.perf_counter(), time.process_time())
    with EmbeddedStore.create(path, source.model()) as made:
        copy(source, made, _progress("embedded"))
    return {
        "build_seconds": round(time.perf_counter() - start[0], 1),
        "build_processor_seconds": round(time.process_time() - start[1], 1),
        "index_mb": round(path.stat().st_size / 1e6),
    }


def _copied(server: Server, source: Copyable, passages: int) -> dict[str, float]:
    """As `tracemend ingest --to` does it."""
    start = (time.perf_counter(), time.process_time(), _server_seconds(server))
    grow(server, NAME, source, _progress("opensearch"))
    seconds = time.perf_counter() - start[0]
    server(lambda client: client.indices.refresh(index=NAME))
    stats = server(lambda client: client.indices.stats(index=NAME))["_all"]["primaries"]
    return {
        "copy_seconds": round(seconds, 1),
        "passages_a_second": round(passages / seconds),
        "client_processor_seconds": round(time.process_time() - start[1], 1),
        "server_processor_seconds": round(_server_seconds(server) - start[2], 1),
        "client_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
        "index_mb": round(stats["store"]["size_in_bytes"] / 1e6),
        "segments": stats["segments"]["count"],
        **_heap(server),
    }


def _progress(name: str) -> Callable[[int], None]:
    start = time.perf_counter()

    def tell(pages: int) -> None:
        if pages % TOLD_EVERY == 0:
            rate = pages / (time.perf_counter() - start)
            sys.stderr.write(f"{name}: {pages} pages of 4 passages, {rate:.0f} a second\n")

    return tell


def _in_turn(
    server: Server, stores: Mapping[str, PassageIndex], texts: Sequence[str], how: How
) -> Iterator[dict[str, object]]:
    """Each question to each store in turn, without a floor, so that each is searched to its end.

    Milliseconds by the clock, and of the processor on both sides together.
    """
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in stores}
    for number, text in enumerate([*texts[:WARMING], *texts]):
        for name, store in stores.items():
            start = (time.perf_counter(), _spent(server, name))
            search(store, text, 5, floor=0, how=how)
            if number >= WARMING:
                took[name].append((time.perf_counter() - start[0], _spent(server, name) - start[1]))
    for name, times in took.items():
        found: dict[str, object] = {"engine": name}
        for at, kind in enumerate(("ms", "processor_ms")):
            quantiles = statistics.quantiles([1_000 * each[at] for each in times], n=20)
            found |= {f"p50_{kind}": round(quantiles[9]), f"p95_{kind}": round(quantiles[18])}
        yield found


def _spent(server: Server, name: str) -> float:
    return time.process_time() + (_server_seconds(server) if name == "opensearch" else 0.0)


def _server_seconds(server: Server) -> float:
    """Of its processors, all nodes together; asking costs it a millisecond or two."""
    nodes = server(lambda client: client.nodes.stats(metric="process"))["nodes"].values()
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1e3)


def _heap(server: Server) -> dict[str, float]:
    nodes = server(lambda client: client.nodes.stats(metric="jvm"))["nodes"].values()
    told = [node["jvm"]["mem"] for node in nodes]
    return {
        "heap_used_mb": round(sum(each["heap_used_in_bytes"] for each in told) / 1e6),
        "heap_mb": round(sum(each["heap_max_in_bytes"] for each in told) / 1e6),
    }
