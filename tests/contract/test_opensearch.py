"""What OpenSearch adds to a store: a new index behind the same name, refusals, and writers that die."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest
from opensearchpy import OpenSearch

from knowledge.copying import copy
from knowledge.errors import IndexOutdated, IndexUnusable
from knowledge.passage import About
from knowledge.question import question
from knowledge.store import Kept, Scope
from knowledge.stores.opensearch.rebuilding import create, rebuilt
from knowledge.stores.opensearch.schema import mappings
from knowledge.stores.opensearch.server import Patience, Server
from knowledge.stores.opensearch.store import OpenSearchStore
from tests.contract.growing import NAME, filled, found, indexes, passage, put
from tests.contract.servers.gate import Answer, Gate
from tests.fakes.knowledge_store import MemoryKnowledge

T = TypeVar("T")
pytestmark = [pytest.mark.loopback, pytest.mark.opensearch, pytest.mark.timeout(300)]
HURRIED = Patience(seconds=1.0)


def test_the_old_index_answers_until_the_new_one_is_whole(opensearch: Server) -> None:
    filled(opensearch, "Restart the broker", "a")

    with rebuilt(opensearch, NAME) as store:
        put(store, "Call the vendor", "a", "b")
        store.flush()
        assert found(opensearch, "broker") == ["a"]
        assert found(opensearch, "vendor") == []

    assert found(opensearch, "broker") == []
    assert sorted(found(opensearch, "vendor")) == ["a", "b"]
    assert len(indexes(opensearch)) == 1


def test_a_run_that_fails_leaves_the_old_index_alone(opensearch: Server) -> None:
    filled(opensearch, "Restart the broker", "a")

    def fail() -> None:
        with rebuilt(opensearch, NAME) as store:
            put(store, "Call the vendor", "a")
            store.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert found(opensearch, "broker") == ["a"]
    assert len(indexes(opensearch)) == 1


def test_the_next_run_removes_what_a_killed_one_left(opensearch: Server) -> None:
    filled(opensearch, "Restart the broker", "a")
    killed = rebuilt(opensearch, NAME)
    put(killed.__enter__(), "Half of it", "a")
    assert len(indexes(opensearch)) == 2

    filled(opensearch, "Call the vendor", "a")

    assert found(opensearch, "vendor") == ["a"]
    assert len(indexes(opensearch)) == 1


def test_of_two_runs_at_once_the_first_fails_and_the_second_answers(opensearch: Server) -> None:
    filled(opensearch, "Restart the broker", "a")

    def both() -> None:
        with rebuilt(opensearch, NAME) as first:
            put(first, "Ask the courier", "a")
            filled(opensearch, "Ask the vendor", "a")

    with pytest.raises(IndexUnusable):
        both()

    assert found(opensearch, "courier") == []
    assert found(opensearch, "vendor") == ["a"]


def test_an_index_of_someone_else_is_refused(opensearch: Server) -> None:
    opensearch(lambda client: client.indices.create(index="theirs", body={}))
    try:
        with pytest.raises(IndexUnusable, match="theirs was not made by Tracemend"):
            OpenSearchStore(opensearch, "theirs")
        with pytest.raises(IndexUnusable, match="choose another name"), rebuilt(opensearch, "theirs"):
            pass
    finally:
        opensearch(lambda client: client.indices.delete(index="theirs"))


def test_an_index_of_another_version_is_refused(opensearch: Server) -> None:
    old = mappings("")
    old["_meta"]["tracemend"]["schema"] = 0
    opensearch(lambda client: client.indices.create(index="old", body={"mappings": {"_meta": old["_meta"]}}))
    try:
        with pytest.raises(IndexOutdated, match="run `tracemend ingest` again"):
            OpenSearchStore(opensearch, "old")
    finally:
        opensearch(lambda client: client.indices.delete(index="old"))


def test_a_missing_index_says_how_to_make_one(opensearch: Server) -> None:
    with pytest.raises(IndexUnusable, match="no such index; make one with `tracemend ingest`"):
        OpenSearchStore(opensearch, "nowhere")


def test_vectors_need_an_index_that_was_made_for_their_model(opensearch: Server) -> None:
    with create(opensearch, NAME) as store, pytest.raises(IndexUnusable, match="an index without vectors"):
        store.replace("a", Kept("d"), [passage("a", "Restart.")], [(1.0, 0.0)])


def test_a_name_that_is_longer_than_a_server_takes_stops_no_copy(opensearch: Server) -> None:
    """Lucene refuses a term of more than 32,766 bytes with its document, and so the whole copy would fail."""
    odd = replace(passage("a", "Restart the broker."), about=About(services=("pay" * 20_000, "Stock")))
    with create(opensearch, NAME) as store:
        store.replace("a", Kept("d"), [odd])

    (hit,) = OpenSearchStore(opensearch, NAME).rank(question("broker"), 5, Scope(service="stock"))
    assert hit.passage == odd


def test_ingesting_the_same_again_writes_nothing(gate: Gate) -> None:
    server = Server([gate.url])
    source = MemoryKnowledge()
    for page in ("a", "b"):
        source.replace(page, Kept(f"digest of {page}"), [passage(page, "Restart the broker.")])
    with create(server, NAME) as store:
        assert copy(source, store) == 2
    gate.asked.clear()

    with OpenSearchStore(server, NAME) as store:
        assert copy(source, store) == 0

    assert not [path for _, path, _ in gate.asked if "_bulk" in path]


class Dying(Server):
    """A server whose client dies at the call of this number."""

    def __init__(self, url: str, calls: int) -> None:
        super().__init__([url])
        self.left = calls

    def __call__(self, call: Callable[[OpenSearch], T]) -> T:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().__call__(call)


def test_a_writer_that_dies_at_any_call_leaves_an_index_that_is_readable_and_mended(
    opensearch: Server, opensearch_url: str
) -> None:
    """The page `b` is as before in the next run: without care its half-written passages would stay."""
    died = 0
    while True:
        filled(opensearch, "Restart the broker", "a", "b", "gone", parts=3)
        dying = Dying(opensearch_url, died)
        try:
            with OpenSearchStore(dying, NAME) as store:
                put(store, "Call the vendor", "a", "b", parts=2)
                store.delete("gone")
        except KeyboardInterrupt:
            died += 1
        opensearch(lambda client: client.indices.refresh(index=NAME))
        assert found(opensearch, "broker vendor")

        with OpenSearchStore(opensearch, NAME) as store:
            for page, text, parts in (("a", "Call the vendor", 2), ("b", "Restart the broker", 3)):
                if store.pages().get(page) != Kept(f"digest of {text}"):
                    put(store, text, page, parts=parts)
            store.delete("gone")

        assert found(opensearch, "vendor") == ["a", "a"]
        assert found(opensearch, "broker") == ["b", "b", "b"]
        held = opensearch(lambda client: client.count(index=NAME))["count"]
        assert held == 2 + 2 + 3
        if dying.left >= 0:
            break
    assert died > 5


FULL = {"type": "rejected_execution_exception", "reason": "queue full"}


def busy(*, items: bool) -> Callable[[str, str, bytes], Answer | None]:
    """Refuses a bulk as a whole, or each document of it."""

    def answer(_method: str, path: str, body: bytes) -> Answer | None:
        if "_bulk" not in path:
            return None
        if not items:
            return 429, json.dumps({"error": FULL, "status": 429}).encode()
        lines = [json.loads(line) for line in body.splitlines()]
        refused = [{"index": {"status": 429, "error": FULL}} for line in lines if set(line) == {"index"}]
        return 200, json.dumps({"errors": True, "items": refused}).encode()

    return answer


@pytest.mark.parametrize("items", [False, True])
def test_what_a_busy_server_refuses_is_sent_again(gate: Gate, items: bool) -> None:  # noqa: FBT001
    server = Server([gate.url])
    with create(server, NAME) as store:
        put(store, "Restart the broker", *(f"page-{number}" for number in range(5)))
        gate.instead.extend([busy(items=items)] * 3)

    assert len(found(server, "broker")) == 5


def test_a_server_that_stays_busy_is_named(gate: Gate) -> None:
    server = Server([gate.url], patience=HURRIED)
    store = create(server, NAME)
    put(store, "Restart the broker", "a")
    gate.instead.extend([busy(items=False)] * 50)

    with pytest.raises(IndexUnusable, match="overloaded or starting"):
        store.flush()


@pytest.mark.parametrize(
    ("status", "told"),
    [(401, "check the user and its rights"), (403, "check the user"), (400, "refuses the request: odd: so")],
)
def test_a_refusal_says_what_to_do(gate: Gate, status: int, told: str) -> None:
    server = Server([gate.url])
    gate.instead.append(lambda *_: (status, b'{"error":{"type":"odd","reason":"so"}}'))

    with pytest.raises(IndexUnusable, match=told):
        OpenSearchStore(server, NAME)


def test_a_collection_that_slept_is_waited_for(gate: Gate, opensearch: Server) -> None:
    filled(opensearch, "Restart the broker", "a")
    gate.instead.extend([lambda *_: (503, b""), lambda *_: (504, b"")])

    assert found(Server([gate.url]), "broker") == ["a"]


def test_an_address_where_nobody_answers_is_named_without_its_password() -> None:
    with pytest.raises(IndexUnusable, match=r"127\.0\.0\.1:9 does not answer") as error:
        OpenSearchStore(Server(["http://ada:secret@127.0.0.1:9"], patience=Patience(0.0)), NAME)

    assert "secret" not in str(error.value)
