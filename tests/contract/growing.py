"""An index that grows, for the tests of what OpenSearch adds to a store."""

from __future__ import annotations

from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import Kept
from knowledge.stores.opensearch.rebuilding import rebuilt
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore

NAME = "growing"


def passage(page: str, text: str, number: int = 0) -> Passage:
    """One of a page's."""
    return Passage(page, f"https://wiki.example.com/{page}", "Page", (f"Part {number}",), text)


def put(store: OpenSearchStore, text: str, *pages: str, parts: int = 1) -> None:
    """Pages with so many passages each."""
    for page in pages:
        passages = [passage(page, f"{text} {number}", number) for number in range(parts)]
        store.replace(page, Kept(f"digest of {text}"), passages)


def found(server: Server, text: str) -> list[str]:
    """The page of each passage that is found."""
    hits = OpenSearchStore(server, NAME).rank(question(text), 1_000)
    return [hit.passage.page_id for hit in hits]


def indexes(server: Server) -> list[str]:
    """All that are called so, whether they answer or not."""
    return list(server(lambda client: client.indices.get_alias(index=f"{NAME}-*")))


def filled(server: Server, text: str, *pages: str, parts: int = 1) -> None:
    """A new index behind the name."""
    with rebuilt(server, NAME) as store:
        put(store, text, *pages, parts=parts)
