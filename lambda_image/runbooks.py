"""The knowledge commands: folders into an index, a question to ranked passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from knowledge import ingest as ingestion
from knowledge.errors import KnowledgeError
from knowledge.report import IngestReport
from knowledge.search import search as ranked
from knowledge.sources.folder import Folder
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.domain.errors import InputRefused


def ingest(sources: Sequence[str], index: Path) -> tuple[IngestReport, ...]:
    """Folders into an index. Raises InputRefused."""
    try:
        return ingestion.ingest([Folder(Path(each)) for each in sources], index)
    except KnowledgeError as error:
        raise InputRefused(str(error)) from error


def search(index: Path, queries: Sequence[tuple[str, str]], limit: int) -> Iterator[dict[str, Any]]:
    """Ranked passages for each query (id, text). Raises InputRefused."""
    try:
        with EmbeddedStore(index) as store:
            for name, text in queries:
                for rank, hit in enumerate(ranked(store, text, limit), start=1):
                    found = hit.passage
                    yield {
                        "query_id": name,
                        "rank": rank,
                        "id": found.id,
                        "title": found.title,
                        "url": found.url,
                        "score": round(hit.score, 4),
                        "text": found.text,
                    }
    except KnowledgeError as error:
        raise InputRefused(str(error)) from error
