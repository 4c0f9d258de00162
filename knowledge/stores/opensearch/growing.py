"""A whole index into OpenSearch: what changed since the last time, or all of it beside the old one."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.copying import copy
from knowledge.errors import IndexOutdated
from knowledge.store import Copyable
from knowledge.stores.opensearch.rebuilding import rebuilt
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore


def grow(server: Server, name: str, source: Copyable, progress: Callable[[int], None] | None = None) -> int:
    """Make the index of this name hold what the source holds, vectors too; how many pages were written.

    Where there is none, or one of another version or embedding model, a new one is filled beside it and
    takes its place when it is whole. Raises IndexUnusable, also for an index of somebody else.
    """
    there = _there(server, name)
    if there and there.model() == source.model():
        with there:
            return copy(source, there, progress)
    with rebuilt(server, name, source.model()) as target:
        return copy(source, target, progress)


def _there(server: Server, name: str) -> OpenSearchStore | None:
    if not server(lambda client: client.indices.exists(index=name)):
        return None
    try:
        return OpenSearchStore(server, name)
    except IndexOutdated:
        return None
