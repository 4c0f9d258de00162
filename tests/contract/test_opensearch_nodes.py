"""OpenSearch of three nodes, one of which is lost, and of one without the hybrid plugin."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local.opensearch_server import OpenSearchServer
from knowledge.question import question
from knowledge.store import Kept
from knowledge.stores.opensearch import bulk
from knowledge.stores.opensearch.rebuilding import create
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.contract.growing import NAME, filled, found, indexes, passage, put

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.opensearch,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("java"),
]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of few documents, so that there are many."""
    monkeypatch.setattr(bulk, "MOST_ACTIONS", 20)


@pytest.fixture(scope="module")
def three(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearchServer]:  # noqa: ARG001 - it skips
    """Three nodes, each its own process."""
    with OpenSearchServer(tmp_path_factory.mktemp("three"), nodes=3, heap="512m") as cluster:
        yield cluster


def losing(cluster: OpenSearchServer, node: int, work: Callable[[], None]) -> None:
    """Do the work, kill the node after a moment of it, and bring it back in the end."""
    timer = threading.Timer(0.7, cluster.lose, [node])
    timer.start()
    try:
        work()
    finally:
        timer.join()
        cluster.start(node)
        cluster.wait(3, "green")


@pytest.mark.usefixtures("many")
def test_a_node_that_is_lost_during_a_bulk_loses_nothing(three: OpenSearchServer) -> None:
    server = Server(three.endpoints)
    filled(server, "Restart the broker", *(f"old-{number}" for number in range(50)))
    three.wait(3, "green")
    pages = [f"new-{number}" for number in range(300)]

    def write() -> None:
        with OpenSearchStore(server, NAME) as store:
            put(store, "Call the vendor", *pages)

    losing(three, holder(server), write)

    assert sorted(found(server, "vendor")) == sorted(pages)
    assert len(found(server, "broker")) == 50


@pytest.mark.usefixtures("many")
def test_a_node_that_is_lost_during_a_rebuild_loses_nothing(three: OpenSearchServer) -> None:
    server = Server(three.endpoints)
    filled(server, "Restart the broker", "a")
    three.wait(3, "green")
    pages = [f"new-{number}" for number in range(300)]

    losing(three, holder(server), lambda: filled(server, "Call the vendor", *pages))

    assert sorted(found(server, "vendor")) == sorted(pages)
    assert found(server, "broker") == []
    assert len(indexes(server)) == 1


def holder(server: Server) -> int:
    """The node that holds the primary, which is the one whose loss tells."""
    shards = server(lambda client: client.cat.shards(index=NAME, format="json"))
    return int(next(each["node"] for each in shards if each["prirep"] == "p").removeprefix("node-"))


def test_a_server_without_the_hybrid_plugin_answers_both_questions(tmp_path: Path) -> None:
    with OpenSearchServer(tmp_path, hybrid=False) as plain:
        server = Server(plain.endpoints)
        with create(server, NAME, "two-dimensions") as store:
            store.replace("a", Kept("d"), [passage("a", "Restart the broker.")], [(0.6, 0.8)])

            assert [hit.passage.page_id for hit in store.rank(question("broker"), 5)] == ["a"]
            assert [round(hit.score, 3) for hit in store.near((0.8, 0.6), 5)] == [0.96]
