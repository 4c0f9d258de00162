"""Kendra: short questions, answers with holes in them, and pages of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import IndexUnusable, ServiceRefused
from knowledge.homes.note import FileNote
from knowledge.passage import About, Passage
from knowledge.store import Kept, Scope
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.documents import KendraDocuments, open_documents
from knowledge.stores.kendra.query import CHARACTERS, WORDS, query_text
from knowledge.stores.kendra.search import Kendra
from tests.fakes.aws_service import Refusal
from tests.fakes.search_services import INDEX, SOURCE, KendraService


def passage(page: str, text: str = "Restart the broker.", heading: tuple[str, ...] = ()) -> Passage:
    return Passage(page, f"https://wiki.example.com/{page}#part", f"Page {page}", heading, text)


def test_a_question_has_no_more_than_thirty_words_that_tell_something() -> None:
    told = query_text(
        "KeyError: the 'sku-1' of the cart 17 is not there " + "word" * 5 + " again" * 40 + " x" * 40
    )

    assert told.split()[:2] == ["KeyError", "sku"]
    assert len(told.split()) <= WORDS
    assert len(set(told.lower().split())) == len(told.split())
    assert not {"the", "of", "is", "17"} & set(told.split())


def test_a_question_keeps_its_first_words_whole_within_a_thousand_characters() -> None:
    words = [f"{letter}" * 90 for letter in "abcdefghijklmnop"]

    told = query_text(" ".join(words))

    assert len(told) <= CHARACTERS
    assert told.split() == words[: len(told.split())]


def test_a_question_without_words_asks_nothing() -> None:
    service = KendraService()

    assert Kendra(ClientCalls(service.client), INDEX).ask("12 ?? the of", 5) == ()
    assert service.asked == []


def test_answers_with_holes_are_read_as_far_as_they_go() -> None:
    service = KendraService()
    whole = {"Id": "1", "DocumentId": "a", "Content": "Restart it.", "DocumentTitle": ""}
    service.answer("Retrieve", lambda _: {"ResultItems": [{"Id": "2"}, {"Id": "3", "Content": " "}, whole]})

    (hit,) = Kendra(ClientCalls(service.client), INDEX).ask("restart", 5)

    assert (hit.passage.page_id, hit.passage.title, hit.passage.url) == ("a", "a", "")
    assert hit.passage.about == About()
    assert (hit.score, hit.signals) == (0.6, ("Kendra: NOT_AVAILABLE",))


def test_no_results_at_all_are_no_error() -> None:
    service = KendraService()
    service.answer("Retrieve", lambda _: {"QueryId": "q"})
    service.answer("Query", lambda _: {"QueryId": "q"})

    assert Kendra(ClientCalls(service.client), INDEX).ask("restart", 5) == ()


@pytest.mark.parametrize(
    ("confidence", "score"), [("VERY_HIGH", 1.0), ("HIGH", 0.8), ("MEDIUM", 0.6), ("LOW", None)]
)
def test_confidence_becomes_a_score_and_low_is_no_answer(confidence: str, score: float | None) -> None:
    service = KendraService()
    item = {"DocumentId": "a", "Content": "Restart.", "ScoreAttributes": {"ScoreConfidence": confidence}}
    service.answer("Retrieve", lambda _: {"ResultItems": [item]})
    service.answer("Query", lambda _: {})

    hits = Kendra(ClientCalls(service.client), INDEX).ask("restart", 5)

    assert [hit.score for hit in hits] == ([score] if score else [])


def test_no_user_is_told_and_only_our_own_source_is_filtered() -> None:
    service = KendraService()
    calls = ClientCalls(service.client)

    Kendra(calls, INDEX).ask("restart", 5, Scope(service="checkout"))
    Kendra(calls, INDEX, SOURCE).ask("restart", 5, Scope(service="Checkout"))

    anybody, ours = service.of("Retrieve")
    assert set(anybody) == {"IndexId", "QueryText", "PageSize"}
    source, services = ours["AttributeFilter"]["AndAllFilters"]
    assert source["EqualsTo"]["Value"] == {"StringValue": SOURCE}
    assert services["ContainsAny"]["Value"] == {"StringListValue": ["checkout", "*"]}


def test_pages_are_put_ten_at_a_time_within_one_synchronisation(tmp_path: Path) -> None:
    service = KendraService()
    with open_documents(
        ClientCalls(service.client), INDEX, SOURCE, FileNote(tmp_path / "pages")
    ) as documents:
        for number in range(23):
            documents.replace(f"p{number}", Kept("d"), [passage(f"p{number}", heading=("Steps", "First"))])

    assert [len(asked["Documents"]) for asked in service.of("BatchPutDocument")] == [10, 10, 3]
    assert service.asked[0][0] == "StartDataSourceSyncJob"
    assert service.asked[-1][0] == "StopDataSourceSyncJob"
    document = service.documents["p0"]
    told = {each["Key"]: each["Value"] for each in document["Attributes"]}
    assert document["Blob"] == b"## First\n\nRestart the broker."
    assert told["_data_source_id"] == {"StringValue": SOURCE}
    assert told["_data_source_sync_job_execution_id"] == {"StringValue": "job-1"}
    assert told["_source_uri"] == {"StringValue": "https://wiki.example.com/p0"}


def test_what_was_put_is_remembered_by_the_next_run_and_deleted_pages_are_not(tmp_path: Path) -> None:
    service = KendraService()
    calls = ClientCalls(service.client)
    with open_documents(calls, INDEX, SOURCE, FileNote(tmp_path / "pages")) as documents:
        for name in "ab":
            documents.replace(name, Kept("digest", "W/1"), [passage(name)])
    with open_documents(calls, INDEX, SOURCE, FileNote(tmp_path / "pages")) as documents:
        assert documents.pages() == dict.fromkeys("ab", Kept("digest", "W/1"))
        documents.delete("a")
        documents.delete("never")
        assert list(documents.pages()) == ["b"]

    (deleted,) = service.of("BatchDeleteDocument")
    assert deleted["DocumentIdList"] == ["a"]
    assert list(service.documents) == ["b"]


def test_a_document_that_kendra_refuses_is_named_and_put_again_by_the_next_run(tmp_path: Path) -> None:
    service = KendraService()
    service.refused = {"b"}
    calls = ClientCalls(service.client)

    def run() -> None:
        with open_documents(calls, INDEX, SOURCE, FileNote(tmp_path / "pages")) as documents:
            for name in "ab":
                documents.replace(name, Kept("digest"), [passage(name)])

    with pytest.raises(IndexUnusable, match="refused 1 documents: b: InvalidRequest no"):
        run()

    assert service.asked[-1][0] == "StopDataSourceSyncJob"
    known = KendraDocuments(calls, INDEX, SOURCE, "job", FileNote(tmp_path / "pages")).pages()
    assert known == {"a": Kept("digest"), "b": Kept("")}


def test_a_run_that_dies_while_it_writes_leaves_no_forgotten_document(tmp_path: Path) -> None:
    service = KendraService()
    calls = ClientCalls(service.client)

    def die(_: object) -> dict[str, object]:
        raise Refusal("AccessDeniedException")

    service.answer("BatchPutDocument", die)
    with (
        pytest.raises(ServiceRefused),
        open_documents(calls, INDEX, SOURCE, FileNote(tmp_path / "pages")) as documents,
    ):
        documents.replace("a", Kept("digest"), [passage("a")])

    assert KendraDocuments(calls, INDEX, SOURCE, "job", FileNote(tmp_path / "pages")).pages() == {
        "a": Kept("")
    }


def test_a_page_that_kendra_would_not_take_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    service = KendraService()
    documents = KendraDocuments(
        ClientCalls(service.client), INDEX, SOURCE, "job", FileNote(tmp_path / "pages")
    )

    with pytest.raises(IndexUnusable, match="Split the page"):
        documents.replace("a", Kept(""), [passage("a", "x" * 5_000_001)])
    assert service.asked == []


def test_a_file_that_is_no_memory_of_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("[1]")

    with pytest.raises(IndexUnusable, match="name another one"):
        KendraDocuments(
            ClientCalls(KendraService().client), INDEX, SOURCE, "job", FileNote(tmp_path / "pages")
        )
