"""An index that grows into OpenSearch: how fast it is copied, how large it is, how fast it is searched.

Passages are made (see made_wiki.py). A vector is that of a passage of the public sets, by all-MiniLM-L6-v2,
turned a little at random: so they lie in groups, as those of a wiki do, and not evenly, as random ones would.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from knowledge.embeddings.text import text_of
from knowledge.question import question
from knowledge.search import How, search
from knowledge.split import split
from knowledge.store import Content, Copyable, Embedder, Kept, PassageIndex, Vector
from knowledge.stores.opensearch.growing import grow
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.evals.made_wiki import MadeWiki
from tests.evals.retrieval import Dataset

NAME = "outgrown"
# How far a vector is turned: its cosine to the passage's own is 0.86 then.
TURNED = 0.6
# Questions that are asked before any is counted: a server compiles itself meanwhile.
WARMING = 60
ASKED = 100
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


def made_index(
    sets: Sequence[Dataset], passages: int, texts: Sequence[str], embedder: Embedder | None
) -> tuple[MadeIndex, dict[str, Vector]]:
    """So many passages, and the vectors of these questions; without a model neither have any."""
    if embedder is None:
        return MadeIndex(sets, passages), {}
    parts = [text_of(part) for data in sets for page in data.pages for part in split(page)]
    told = {question(text).text for text in texts}
    near = tuple(embedder.passages(parts))
    return MadeIndex(sets, passages, embedder.model, near), {text: embedder.question(text) for text in told}


def questions(sets: Sequence[Dataset]) -> list[str]:
    """Those of all sets that have words, mixed, the same each time."""
    texts = [text for data in sets for text in data.questions.values() if question(text).words]
    random.Random(4).shuffle(texts)  # noqa: S311 - no secret
    return texts


def grown(
    server: Server, sets: Sequence[Dataset], passages: int, embedder: Embedder | None
) -> Iterator[dict[str, object]]:
    """What it took to fill OpenSearch alone, and what searches take; with vectors if there is a model."""
    texts = questions(sets)
    source, asked = made_index(sets, passages, texts, embedder)
    yield {"engine": "opensearch", "passages": passages, **copied(server, source, passages)}
    yield from in_turn(server, None, texts, asked)
    server(lambda client: client.indices.delete(index=f"{NAME}-*"))


def _turned(draw: np.random.Generator, around: Any, count: int) -> Any:
    vectors = around[draw.integers(len(around), size=count)]
    away = draw.standard_normal(vectors.shape, dtype=np.float32)
    vectors = vectors + TURNED * away / np.linalg.norm(away, axis=1, keepdims=True)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def copied(server: Server, source: Copyable, passages: int) -> dict[str, float]:
    """As `tracemend ingest --to` does it."""
    start = (time.perf_counter(), time.process_time(), _server_seconds(server))
    grow(server, NAME, source, _progress())
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


def _progress() -> Callable[[int], None]:
    start = time.perf_counter()

    def tell(pages: int) -> None:
        if pages % TOLD_EVERY == 0:
            rate = pages / (time.perf_counter() - start)
            sys.stderr.write(f"{pages} pages of 4 passages copied, {rate:.0f} a second\n")

    return tell


def in_turn(
    server: Server, embedded: PassageIndex | None, texts: Sequence[str], asked: Mapping[str, Vector]
) -> Iterator[dict[str, object]]:
    """ASKED of the questions to each store in turn, without a floor, so that each is searched to its end.

    Milliseconds by the clock, and of the processor, on both sides together.
    """
    theirs = OpenSearchStore(server, NAME)
    stores: dict[str, PassageIndex] = {"embedded": embedded} if embedded else {}
    stores["opensearch"] = theirs
    kinds = {"words": How()} | ({"hybrid": How(embedder=Asked(theirs.model(), asked))} if asked else {})
    for kind, how in kinds.items():
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in stores}
        for text in [*texts[:WARMING], *texts[:ASKED]]:
            for name, store in stores.items():
                start = (time.perf_counter(), _spent(server, name))
                search(store, text, 5, replace(how, floor=0))
                took[name].append((time.perf_counter() - start[0], _spent(server, name) - start[1]))
        for name, times in took.items():
            yield {"engine": name, "asked": kind, **_quantiles(times[WARMING:])}


def _quantiles(times: Sequence[tuple[float, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for at, unit in enumerate(("ms", "processor_ms")):
        parts = statistics.quantiles([1_000 * each[at] for each in times], n=20)
        found |= {f"p50_{unit}": round(parts[9], 1), f"p95_{unit}": round(parts[18], 1)}
    return found


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
