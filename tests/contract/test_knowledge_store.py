"""What every knowledge store does: in memory, and in a SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import KnowledgeStore
from knowledge.stores.embedded import EmbeddedStore
from tests.fakes.knowledge_store import MemoryKnowledge


@pytest.fixture(params=["memory", "embedded"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KnowledgeStore]:
    """Each store in turn, empty."""
    if request.param == "memory":
        yield MemoryKnowledge()
    else:
        with EmbeddedStore.create(tmp_path / "index") as made:
            yield made


def passage(page: str, text: str, title: str = "Page", heading: tuple[str, ...] = ()) -> Passage:
    return Passage(page, f"https://wiki.example.com/{page}", title, heading, text)


def put(store: KnowledgeStore, *passages: Passage) -> None:
    """One page for each."""
    for each in passages:
        store.replace(each.page_id, f"digest of {each.id}", [each])


def found(store: KnowledgeStore, text: str, limit: int = 10) -> list[str]:
    return [hit.passage.page_id for hit in store.rank(question(text), limit)]


def test_an_empty_store_finds_nothing(store: KnowledgeStore) -> None:
    assert store.digests() == {}
    assert store.rank(question("disk full"), 5) == ()


def test_a_passage_comes_back_as_it_went_in(store: KnowledgeStore) -> None:
    text = 'Run:\n\n```bash\naws sqs purge-queue --queue-url "$URL" \\\n  && echo "✓"\r\n```'
    kept = passage("a", text, "Purge “it”", ("Purge", "Steps"))

    put(store, kept)

    assert [hit.passage for hit in store.rank(question("purge queue"), 5)] == [kept]


def test_the_page_with_more_of_the_question_comes_first(store: KnowledgeStore) -> None:
    put(
        store,
        passage("certificate", "The certificate of the database has expired."),
        passage("disk", "The disk of the database is full; remove old segments."),
        passage("holidays", "Who is away in summer."),
    )

    assert found(store, "database disk is full") == ["disk", "certificate"]


def test_neighbouring_words_tell_more_than_the_same_words_apart(store: KnowledgeStore) -> None:
    put(
        store,
        passage("apart", "The lock of the table waits. A row has a dead owner and the timeout is long."),
        passage("together", "The table row waits. A timeout is long and has an owner: dead lock the loser."),
    )

    assert found(store, "dead lock")[0] == "together"


def test_an_identifier_is_found_whole_and_by_its_parts(store: KnowledgeStore) -> None:
    put(
        store,
        passage("a", "Nothing else.", "KubeDaemonSetNotScheduled"),
        passage("b", "Raised is `ProvisionedThroughputExceededException`, now and then."),
    )

    assert found(store, "daemon scheduled") == ["a"]
    assert found(store, "KubeDaemonSetNotScheduled")[0] == "a"
    assert found(store, "provisioned throughput") == ["b"]
    assert found(store, "ProvisionedThroughputExceededException") == ["b"]


def test_the_title_and_the_headings_are_searched(store: KnowledgeStore) -> None:
    put(store, passage("a", "See there.", "Queue backlog", ("Queue backlog", "Redrive")))

    assert found(store, "backlog") == found(store, "redrive") == ["a"]


def test_hits_name_the_words_that_were_found(store: KnowledgeStore) -> None:
    put(store, passage("a", "The disk is full."))

    (hit,) = store.rank(question("disk full on unknown-node"), 5)

    assert {"disk", "full"} <= set(hit.signals)
    assert not {"unknown", "node"} & set(hit.signals)


def test_a_score_says_how_much_of_the_question_was_found(store: KnowledgeStore) -> None:
    put(store, passage("a", "The disk is full."), passage("b", "A page of other things."))

    whole, part = (store.rank(question(text), 1)[0].score for text in ("disk full", "disk speed poor sensor"))

    assert whole > 0.6 > part > 0


@pytest.mark.parametrize("text", ["", "the of and", "12 34", "___ _", '" OR * ^ NEAR( "', "-- ; ' \x00"])
def test_a_question_without_words_finds_nothing_and_breaks_nothing(store: KnowledgeStore, text: str) -> None:
    put(store, passage("a", "The disk 12 34 is full."))

    assert found(store, text) == []


def test_replacing_a_page_forgets_what_it_said(store: KnowledgeStore) -> None:
    put(store, passage("a", "Restart the broker."), passage("b", "Restart the proxy."))

    store.replace("a", "new", [passage("a", "Call the vendor."), passage("a", "Wait.", heading=("Later",))])

    assert found(store, "broker") == []
    assert found(store, "vendor") == ["a"]
    assert found(store, "restart") == ["b"]
    assert store.digests()["a"] == "new"


def test_deleting_a_page_forgets_it_and_deleting_it_again_is_nothing(store: KnowledgeStore) -> None:
    put(store, passage("a", "Restart the broker."), passage("b", "Restart the proxy."))

    store.delete("a")
    store.delete("a")

    assert list(store.digests()) == ["b"]
    assert found(store, "broker") == []


def test_no_more_than_the_limit(store: KnowledgeStore) -> None:
    put(store, *(passage(f"p{number}", f"Restart broker {number}.") for number in range(9)))

    assert len(found(store, "restart broker", limit=4)) == 4
