"""The knowledge commands: folders into an index, a question to ranked passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from knowledge import ingest as ingestion
from knowledge.embeddings.cached import CachedEmbedder
from knowledge.embeddings.estimate import Estimate
from knowledge.embeddings.recorded import RecordedEmbedders
from knowledge.errors import KnowledgeError, OutOfTime
from knowledge.homes.home import Home
from knowledge.ingest import Job
from knowledge.links import dead
from knowledge.report import IngestReport
from knowledge.search import WORDS_ONLY, How
from knowledge.search import search as ranked
from knowledge.sources.access import Access
from knowledge.sources.address import Options, source_from
from knowledge.sources.fetch import Fetch
from knowledge.sources.reach import Reach
from knowledge.sources.secrets import accesses, host_of
from knowledge.sources.source import Source
from knowledge.stale import Existing, Finding, links_of
from knowledge.stale import existing_from as existing_from  # noqa: PLC0414 - for the command line
from knowledge.stale import stale as judged
from knowledge.stores.embedded import EmbeddedStore
from lambda_image.domain.errors import DeadlineNear, InputRefused, PermanentError

LINK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Sources by their addresses, and what goes with them.

    `secrets` is JSON that tells what opens each host, `private` names hosts that may stand at private
    addresses, and `client` is S3's.
    """

    addresses: Sequence[str]
    secrets: str = field(default="", repr=False)
    private: frozenset[str] = frozenset()
    client: Callable[[], Any] | None = None

    def sources(self) -> list[Source]:
        """Raises SourceUnusable for an address that is none."""
        opened = accesses(self.secrets)
        return [source_from(each, self._options(each, opened)) for each in self.addresses]

    def _options(self, address: str, opened: Mapping[str, Access]) -> Options:
        client = self.client() if self.client and address.startswith("s3://") else None
        return Options(opened.get(host_of(address)), self.private, client=client)


def job_for(embedder: CachedEmbedder | None, agree: Callable[[Estimate], bool], job: Job) -> Job:
    """The job with what makes vectors; `agree` hears what they take, and says whether they may be made."""
    return replace(job, embedder=embedder, estimate=embedder.estimate, agree=agree) if embedder else job


def fill(wanted: Wanted, home: Home, job: Job) -> tuple[IngestReport, ...]:
    """Make an index hold these sources. Raises PermanentError, or DeadlineNear where the time is over."""
    try:
        return ingestion.ingest(wanted.sources(), home, job)
    except OutOfTime as error:
        raise DeadlineNear(str(error)) from error
    except KnowledgeError as error:
        raise PermanentError(str(error)) from error


def would_fill(wanted: Wanted, home: Home, job: Job) -> tuple[IngestReport, ...]:
    """What `fill` would do, each page told to the job. Raises PermanentError."""
    try:
        return ingestion.preview(wanted.sources(), home, job)
    except KnowledgeError as error:
        raise PermanentError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Following:
    """How links are followed: to public addresses, and to private ones of these hosts."""

    private: frozenset[str] = frozenset()
    told: Callable[[int], None] = lambda _: None


def stale(
    index: Path, now: int, existing: Existing, days: int, following: Following | None = None
) -> Iterator[Finding]:
    """The pages of an index that need a person; links are followed if it is told how. Raises InputRefused."""
    try:
        with EmbeddedStore(index) as store:
            nowhere: dict[str, str] = {}
            if following:
                fetch = Fetch(Reach(following.private), seconds=LINK_SECONDS)
                nowhere = dead(links_of(store), fetch.status, following.told)
            yield from judged(store, now, existing, days, nowhere)
    except KnowledgeError as error:
        raise InputRefused(str(error)) from error


def search(
    index: Path,
    queries: Sequence[tuple[str, str]],
    limit: int,
    embedders: RecordedEmbedders,
    how: How = WORDS_ONLY,
) -> Iterator[dict[str, Any]]:
    """Ranked passages for each query (id, text), with the index's own embedder. Raises InputRefused."""
    try:
        with EmbeddedStore(index) as store:
            how = replace(how, embedder=embedders.of(store))
            for name, text in queries:
                for rank, hit in enumerate(ranked(store, text, limit, how), start=1):
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
