"""The knowledge commands: folders into an index, a question to ranked passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from knowledge import ingest as ingestion
from knowledge.errors import KnowledgeError, OutOfTime
from knowledge.homes.home import Home
from knowledge.ingest import Job
from knowledge.report import IngestReport
from knowledge.search import search as ranked
from knowledge.sources.folder import Folder
from knowledge.sources.source import Source
from knowledge.stale import Existing, Finding
from knowledge.stale import existing_from as existing_from  # noqa: PLC0414 - for the command line
from knowledge.stale import stale as judged
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.domain.errors import DeadlineNear, InputRefused, PermanentError


def fill(sources: Sequence[str], home: Home, job: Job) -> tuple[IngestReport, ...]:
    """Make an index hold these sources. Raises PermanentError, or DeadlineNear where the time is over."""
    try:
        return ingestion.ingest([_source(each) for each in sources], home, job)
    except OutOfTime as error:
        raise DeadlineNear(str(error)) from error
    except KnowledgeError as error:
        raise PermanentError(str(error)) from error


def would_fill(sources: Sequence[str], home: Home, job: Job) -> tuple[IngestReport, ...]:
    """What `fill` would do, each page told to the job. Raises PermanentError."""
    try:
        return ingestion.preview([_source(each) for each in sources], home, job)
    except KnowledgeError as error:
        raise PermanentError(str(error)) from error


def stale(index: Path, now: int, existing: Existing, days: int) -> Iterator[Finding]:
    """The pages of an index that need a person. Raises InputRefused."""
    try:
        with EmbeddedStore(index) as store:
            yield from judged(store, now, existing, days)
    except KnowledgeError as error:
        raise InputRefused(str(error)) from error


def _source(address: str) -> Source:
    return Folder(Path(address))


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
