"""What every knowledge store does: in memory, in a SQLite file, in OpenSearch and in S3 Vectors.

Kendra and Bedrock Knowledge Bases are not among them by nature: they take a text and rank by their own means,
make vectors themselves, and cannot list what they hold. What they do is in test_search_services.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from moto import mock_aws

from knowledge.errors import IndexUnusable
from knowledge.passage import About, Passage
from knowledge.question import question
from knowledge.store import Content, Copyable, Kept, PassageIndex, PassageStore, Scope, Vector
from knowledge.stores.calls import ClientCalls
from knowledge.stores.embedded import EmbeddedStore
from knowledge.stores.opensearch.rebuilding import create
from knowledge.stores.s3vectors.store import S3VectorStore
from tests.fakes.knowledge_store import MemoryKnowledge
from tests.fakes.s3vectors import BUCKET, INDEX, S3Vectors


class Store(PassageStore, PassageIndex, Protocol):
    """Both sides of a store."""


class CopyableStore(Store, Copyable, Protocol):
    """One whose content can go into another."""


MODEL = "three-dimensions-v1"
OPENSEARCH = [
    pytest.param(name, marks=[pytest.mark.loopback, pytest.mark.opensearch, pytest.mark.timeout(300)])
    for name in ("opensearch", "opensearch_serverless")
]


class Directed(S3VectorStore):
    """S3 Vectors keeps no passage without a vector: here those of a test without any get one."""

    def replace(
        self, page_id: str, kept: Kept, passages: Sequence[Passage], vectors: Sequence[Vector] = ()
    ) -> None:
        super().replace(page_id, kept, passages, vectors or [(0.0, 0.0, 1.0)] * len(passages))


@pytest.fixture(params=["memory", "embedded", "s3vectors", *OPENSEARCH])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store in turn, empty."""
    if request.param == "memory":
        yield MemoryKnowledge(MODEL)
    elif request.param == "s3vectors":
        with mock_aws():
            yield Directed(ClientCalls(S3Vectors().client), BUCKET, INDEX, MODEL)
    elif request.param == "embedded":
        with EmbeddedStore.create(tmp_path / "index", MODEL) as made:
            yield made
    else:
        server = request.getfixturevalue(request.param)
        with create(server, "contract", MODEL) as made:
            yield made


def passage(page: str, text: str, title: str = "Page", heading: tuple[str, ...] = ()) -> Passage:
    return Passage(page, f"https://wiki.example.com/{page}", title, heading, text)


def put(store: Store, *passages: Passage) -> None:
    """One page for each."""
    for each in passages:
        store.replace(each.page_id, Kept(f"digest of {each.id}"), [each])


def found(store: Store, text: str, limit: int = 10) -> list[str]:
    return [hit.passage.page_id for hit in store.rank(question(text), limit)]


def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert store.pages() == {}
    assert store.rank(question("disk full"), 5) == ()


def test_a_passage_comes_back_as_it_went_in(store: Store) -> None:
    text = 'Run:\n\n```bash\naws sqs purge-queue --queue-url "$URL" \\\n  && echo "✓"\r\n```'
    kept = passage("a", text, "Purge “it”", ("Purge", "Steps"))

    put(store, kept)

    assert [hit.passage for hit in store.rank(question("purge queue"), 5)] == [kept]


def test_the_page_with_more_of_the_question_comes_first(store: Store) -> None:
    put(
        store,
        passage("certificate", "The certificate of the database has expired."),
        passage("disk", "The disk of the database is full; remove old segments."),
        passage("holidays", "Who is away in summer."),
    )

    assert found(store, "database disk is full") == ["disk", "certificate"]


def test_neighbouring_words_tell_more_than_the_same_words_apart(store: Store) -> None:
    put(
        store,
        passage("apart", "The lock of the table waits. A row has a dead owner and the timeout is long."),
        passage("together", "The table row waits. A timeout is long and has an owner: dead lock the loser."),
    )

    assert found(store, "dead lock")[0] == "together"


def test_an_identifier_is_found_whole_and_by_its_parts(store: Store) -> None:
    put(
        store,
        passage("a", "Nothing else.", "KubeDaemonSetNotScheduled"),
        passage("b", "Raised is `ProvisionedThroughputExceededException`, now and then."),
    )

    assert found(store, "daemon scheduled") == ["a"]
    assert found(store, "KubeDaemonSetNotScheduled")[0] == "a"
    assert found(store, "provisioned throughput") == ["b"]
    assert found(store, "ProvisionedThroughputExceededException") == ["b"]


def test_the_title_and_the_headings_are_searched(store: Store) -> None:
    put(store, passage("a", "See there.", "Queue backlog", ("Queue backlog", "Redrive")))

    assert found(store, "backlog") == found(store, "redrive") == ["a"]


def test_hits_name_the_words_that_were_found(store: Store) -> None:
    put(store, passage("a", "The disk is full."))

    (hit,) = store.rank(question("disk full on unknown-node"), 5)

    assert {"disk", "full"} <= set(hit.signals)
    assert not {"unknown", "node"} & set(hit.signals)


def test_a_score_says_how_much_of_the_question_was_found(store: Store) -> None:
    put(store, passage("a", "The disk is full."), passage("b", "A page of other things."))

    whole, part = (store.rank(question(text), 1)[0].score for text in ("disk full", "disk speed poor sensor"))

    assert whole >= 0.6 > part > 0


@pytest.mark.parametrize("text", ["", "the of and", "12 34", "___ _", '" OR * ^ NEAR( "', "-- ; ' \x00"])
def test_a_question_without_words_finds_nothing_and_breaks_nothing(store: Store, text: str) -> None:
    put(store, passage("a", "The disk 12 34 is full."))

    assert found(store, text) == []


def test_replacing_a_page_forgets_what_it_said(store: Store) -> None:
    put(store, passage("a", "Restart the broker."), passage("b", "Restart the proxy."))

    store.replace(
        "a", Kept("new", "W/1"), [passage("a", "Call the vendor."), passage("a", "Wait.", heading=("Later",))]
    )

    assert found(store, "broker") == []
    assert found(store, "vendor") == ["a"]
    assert found(store, "restart") == ["b"]
    assert store.pages()["a"] == Kept("new", "W/1")


def test_deleting_a_page_forgets_it_and_deleting_it_again_is_nothing(store: Store) -> None:
    put(store, passage("a", "Restart the broker."), passage("b", "Restart the proxy."))

    store.delete("a")
    store.delete("a")

    assert list(store.pages()) == ["b"]
    assert found(store, "broker") == []


def test_no_more_than_the_limit(store: Store) -> None:
    put(store, *(passage(f"p{number}", f"Restart broker {number}.") for number in range(9)))

    assert len(found(store, "restart broker", limit=4)) == 4


def test_what_is_known_of_a_page_comes_back(store: Store) -> None:
    about = About("payments team", 1_764_000_000_000, ("checkout", "billing"), ("prod",))
    kept = replace(passage("a", "The disk is full."), about=about, names=("DiskFull", "ENOSPC"))

    put(store, kept)

    assert store.rank(question("disk full"), 1)[0].passage == kept


def test_the_nearest_vectors_come_first_with_their_cosine(store: Store) -> None:
    for name, vector in (
        ("east", (1.0, 0.0, 0.0)),
        ("north", (0.0, 1.0, 0.0)),
        ("northeast", (0.6, 0.8, 0.0)),
    ):
        store.replace(name, Kept(name), [passage(name, f"To the {name}.")], [vector])

    hits = store.near((0.8, 0.6, 0.0), 2)

    assert [hit.passage.page_id for hit in hits] == ["northeast", "east"]
    assert [hit.score for hit in hits] == pytest.approx([0.96, 0.8], abs=1e-3)


def test_passages_without_vectors_are_near_to_nothing(store: Store) -> None:
    if isinstance(store, S3VectorStore):
        with pytest.raises(IndexUnusable, match="keeps no passage without one"):
            S3VectorStore.replace(store, "a", Kept(""), [passage("a", "The disk is full.")])
        return
    put(store, passage("a", "The disk is full."))

    assert store.near((1.0, 0.0, 0.0), 5) == ()


def test_the_vectors_of_a_page_go_with_it(store: Store) -> None:
    for name in ("a", "b"):
        store.replace(name, Kept(name), [passage(name, f"Page {name}.")], [(1.0, 0.0, 0.0)])

    store.delete("a")
    store.replace("b", Kept("new"), [passage("b", "Now another.")], [(0.0, 1.0, 0.0)])

    hits = store.near((1.0, 0.0, 0.0), 5)
    assert [(hit.passage.text, round(hit.score, 3)) for hit in hits] == [("Now another.", 0.0)]


def test_the_embedding_model_is_recorded(store: Store) -> None:
    assert store.model() == MODEL


@pytest.mark.parametrize(
    ("scope", "pages"),
    [
        (Scope(), {"all", "checkout", "billing", "staging"}),
        (Scope(service="Checkout"), {"all", "checkout", "staging"}),
        (Scope(service="checkout", environment="prod"), {"all", "checkout"}),
        (Scope(environment="staging"), {"all", "billing", "staging"}),
    ],
)
def test_pages_about_others_are_out_of_scope(store: Store, scope: Scope, pages: set[str]) -> None:
    """A page that names no service or environment is about all."""
    abouts = {
        "all": About(),
        "checkout": About(services=("checkout",), environments=("prod",)),
        "billing": About(services=("billing",)),
        "staging": About(services=("checkout", "cart"), environments=("staging",)),
    }
    for name, about in abouts.items():
        kept = replace(passage(name, "Restart the broker."), about=about)
        store.replace(name, Kept(name), [kept], [(1.0, 0.0, 0.0)])

    assert {hit.passage.page_id for hit in store.rank(question("restart broker"), 9, scope)} == pages
    assert {hit.passage.page_id for hit in store.near((1.0, 0.0, 0.0), 9, scope)} == pages


# S3 Vectors is not copied to other stores: it is no `Copyable`.
@pytest.mark.parametrize("store", ["memory", "embedded", *OPENSEARCH], indirect=True)
def test_everything_in_it_can_be_read_page_by_page(store: CopyableStore) -> None:
    first = (passage("a", "The disk is full."), passage("a", "Remove segments.", heading=("Steps",)))
    vectors = ((1.0, 0.0, 0.0), (0.0, 0.5, 0.25))
    store.replace("a", Kept("one", "W/1"), first, vectors)
    store.replace("b", Kept("two"), [passage("b", "Who is away.")])
    store.replace("empty", Kept("three"), [])

    contents = {each.page_id: each for each in store.contents()}

    assert set(contents) == {"a", "b", "empty"}
    assert contents["a"].passages == first
    assert [tuple(each) for each in contents["a"].vectors] == list(vectors)
    assert contents["b"] == Content("b", Kept("two"), (passage("b", "Who is away."),))
    assert contents["empty"] == Content("empty", Kept("three"), ())
