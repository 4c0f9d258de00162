"""The embedded store beside OpenSearch with the same passages: quality, and what growing takes (run with -m).

OPENSEARCH_URL names a server; without it one is started, which needs Java and Maven. Arguments: how many
passages are put into OpenSearch alone and searched there, a million if none is told; `words` leaves vectors
out, `speed` the quality. A hundred thousand beside the embedded index are in index_bench.py.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.local.opensearch_server import OpenSearchServer, missing
from knowledge.embeddings.cached import CachedEmbedder
from knowledge.embeddings.local import LocalEmbedder
from knowledge.errors import EmbeddingUnavailable
from knowledge.search import How, search
from knowledge.store import Embedder, PassageIndex
from knowledge.stores.opensearch.growing import grow
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.evals.growing import grown
from tests.evals.retrieval import DEPTH, SETS, Dataset, index, load, pages_of, quality

PASSAGES = 1_000_000
HEAP = "2g"


@contextmanager
def opensearch() -> Iterator[Server]:
    """The server that was named, or one of our own."""
    if named := os.environ.get("OPENSEARCH_URL"):
        yield Server([named])
        return
    with tempfile.TemporaryDirectory() as folder, OpenSearchServer(Path(folder), heap=HEAP) as started:
        yield Server(started.endpoints)


@contextmanager
def local() -> Iterator[Embedder]:
    """The local model, with the vectors that were made before. Raises EmbeddingUnavailable."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tracemend"
    with CachedEmbedder(LocalEmbedder(cache), cache / "vectors.sqlite") as embedder:
        yield embedder


def alike(
    server: Server, sets: Sequence[Dataset], embedder: Embedder | None = None
) -> Iterator[dict[str, object]]:
    """The quality of the same index through both, on each set: by words, and with a model by vectors too."""
    kinds = {"words": How()} | ({"words and vectors": How(embedder=embedder)} if embedder else {})
    for data in sets:
        with index(data, embedder) as embedded:
            grow(server, data.name, embedded)
            stores: dict[str, PassageIndex] = {
                "embedded": embedded,
                "opensearch": OpenSearchStore(server, data.name),
            }
            for kind, how in kinds.items():
                for name, store in stores.items():
                    yield {"set": data.name, "asked": kind, "engine": name, **_quality(store, data, how)}


def _quality(store: PassageIndex, data: Dataset, how: How) -> dict[str, float]:
    def rank(text: str) -> list[str]:
        return pages_of(search(store, text, DEPTH, how=how))

    lost = sum(not search(store, text, 1) for text in data.questions.values())
    return {**quality(data, rank), "answerable_lost": round(lost / len(data.questions), 3)}


def evaluate(root: Path) -> Iterator[dict[str, object]]:
    """The quality of both, in one run, or why it was not measured."""
    lacking = missing()
    if lacking and not os.environ.get("OPENSEARCH_URL"):
        yield {"skipped": f"OpenSearch needs {lacking} on PATH, or name a server by OPENSEARCH_URL"}
        return
    with ExitStack() as opened:
        embedder = None
        try:
            embedder = opened.enter_context(local())
        except EmbeddingUnavailable as error:
            yield {"asked": "words and vectors", "skipped": str(error)}
        server = opened.enter_context(opensearch())
        yield from alike(server, [load(root / name) for name in SETS], embedder)


def main(arguments: Sequence[str]) -> None:
    """Write the rows as JSON Lines. Raises EmbeddingUnavailable where vectors were not left out."""
    root = Path(os.environ.get("TRACEMEND_DATA", "../shared/data"))
    if not root.is_dir():
        sys.stderr.write(f"skipped: there is no {root}; name the sets with TRACEMEND_DATA\n")
        return
    sets = [load(root / name) for name in SETS]
    passages = next((int(each) for each in arguments if each.isdigit()), PASSAGES)
    with ExitStack() as opened:
        embedder = None if "words" in arguments else opened.enter_context(local())
        server = opened.enter_context(opensearch())
        if "speed" not in arguments:
            _tell(alike(server, sets, embedder))
        _tell(grown(server, sets, passages, embedder))


def _tell(rows: Iterator[dict[str, object]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
