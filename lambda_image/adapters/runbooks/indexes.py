"""From the setting `index` to the pipeline's knowledge. What an index needs is imported when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.address import Address, read
from knowledge.errors import IndexUnusable
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import ConfigurationError
from lambda_image.ports import Clock, Knowledge

if TYPE_CHECKING:
    from knowledge.embeddings.recorded import RecordedEmbedders
    from knowledge.search import How
    from knowledge.stores.calls import Calls

# Kendra and Bedrock answer within a few seconds, or not at all.
READ_TIMEOUT = 20.0
# Seconds. An answer without runbooks is better than none; a collection that slept wakes within a minute.
PATIENCE = {"opensearch": 10.0, "es": 10.0, "aoss": 60.0}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an index is opened with.

    `client` makes a client of an AWS service, `credentials` gives what signs requests, `cache` is a folder,
    `tell` hears why an index is asked by words alone or no model ranks; `embeddings`, `reranker` and
    `floor` are the settings.
    """

    client: Callable[[str, float], Any]
    cache: Path
    clock: Clock
    retry: Retry
    region: str
    credentials: Callable[[], Any]
    tell: Callable[[str], None]
    embeddings: str = ""
    reranker: str = ""
    floor: float | None = None

    def calls(self, service: str) -> Calls:
        """The operations of an AWS service."""
        from knowledge.stores.calls import ClientCalls
        from lambda_image.adapters.runbooks.managed import RetriedCalls

        return RetriedCalls(ClientCalls(self.client(service, READ_TIMEOUT)), self.retry)

    def embedders(self) -> RecordedEmbedders:
        """Of the models that indexes record."""
        from knowledge.embeddings.recorded import RecordedEmbedders
        from lambda_image.adapters.runbooks.embedders import Embedders

        made = Embedders(self.client, self.cache, self.retry, self.embeddings)
        return RecordedEmbedders(made.recorded, self.tell)

    def manner(self) -> How:
        """Who has the last word on the order, and the floor, where these are set.

        Raises ConfigurationError.
        """
        from knowledge.search import FLOOR, How
        from lambda_image.adapters.runbooks.rerankers import reranker

        ranks = reranker(self.reranker, self.client, self.retry, self.tell)
        return How(reranker=ranks, floor=FLOOR if self.floor is None else self.floor)


def open_index(setting: str, around: Surroundings) -> Knowledge:
    """The index of this setting, which is asked when it is searched. Raises ConfigurationError."""
    try:
        address = read(setting)
    except IndexUnusable as error:
        raise ConfigurationError(f"TRACEMEND_INDEX: {error}") from error
    return OPENERS[address.kind](address, around)


def _file(address: Address, around: Surroundings) -> Knowledge:
    from lambda_image.adapters.runbooks.embedded import EmbeddedKnowledge, S3Index

    if address.kind == "file":
        return EmbeddedKnowledge(lambda: Path(address.place), around.embedders(), around.manner())
    located = S3Index(around.client("s3", 60.0), address.setting, around.cache)
    return EmbeddedKnowledge(located, around.embedders(), around.manner())


def _kendra(address: Address, around: Surroundings) -> Knowledge:
    from knowledge.stores.kendra.search import Kendra
    from lambda_image.adapters.runbooks.managed import RememberedKnowledge, ServiceKnowledge

    index = Kendra(around.calls("kendra"), address.place, address.name)
    return RememberedKnowledge(ServiceKnowledge(index), around.clock)


def _knowledge_base(address: Address, around: Surroundings) -> Knowledge:
    from knowledge.stores.bedrock_kb import KnowledgeBase
    from lambda_image.adapters.runbooks.managed import RememberedKnowledge, ServiceKnowledge

    base = KnowledgeBase(around.calls("bedrock-agent-runtime"), address.place, dict(address.only))
    return RememberedKnowledge(ServiceKnowledge(base), around.clock)


def _s3vectors(address: Address, around: Surroundings) -> Knowledge:
    from knowledge.stores.s3vectors.store import S3VectorStore
    from lambda_image.adapters.runbooks.managed import IndexKnowledge

    calls = around.calls("s3vectors")
    # The model is recorded by the first write.
    return IndexKnowledge(
        cache(lambda: S3VectorStore(calls, address.place, address.name)),
        lambda index: bool(index.model()),
        around.embedders(),
        around.manner(),
    )


def _opensearch(address: Address, around: Surroundings) -> Knowledge:
    """Opened by each question, as another index may answer to the name by then; connections stay open."""
    from knowledge.stores.opensearch.server import Patience
    from knowledge.stores.opensearch.store import OpenSearchStore
    from lambda_image.adapters.runbooks.managed import IndexKnowledge
    from lambda_image.adapters.runbooks.opensearch import server

    patience = Patience(PATIENCE[address.kind])
    connected = cache(lambda: server(address, around.region, around.credentials, patience))
    return IndexKnowledge(
        lambda: OpenSearchStore(connected(), address.name),
        OpenSearchStore.filled,
        around.embedders(),
        around.manner(),
    )


OPENERS: dict[str, Callable[[Address, Surroundings], Knowledge]] = {
    "file": _file,
    "s3": _file,
    "kendra": _kendra,
    "bedrock-kb": _knowledge_base,
    "s3vectors": _s3vectors,
    "opensearch": _opensearch,
    "es": _opensearch,
    "aoss": _opensearch,
}
