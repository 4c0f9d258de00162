"""S3 Vectors: its limits, runs that died in the middle, and models that must not be mixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from knowledge.errors import IndexUnusable, ServiceBusy, ServiceRefused
from knowledge.passage import About, Passage
from knowledge.question import question
from knowledge.store import Kept
from knowledge.stores.calls import ClientCalls
from knowledge.stores.s3vectors.growing import grow
from knowledge.stores.s3vectors.store import S3VectorStore
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.indexes import Surroundings, open_index
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import KnowledgeQuery
from tests.fakes.aws_service import Refusal
from tests.fakes.clock import FixedClock
from tests.fakes.knowledge_store import MemoryKnowledge
from tests.fakes.s3vectors import BUCKET, INDEX, S3Vectors

MODEL = "three-dimensions-v1"
EAST = (1.0, 0.0, 0.0)


@pytest.fixture
def service() -> Iterator[S3Vectors]:
    with mock_aws():
        yield S3Vectors()


def opened(service: S3Vectors, model: str = MODEL) -> S3VectorStore:
    return S3VectorStore(ClientCalls(service.client), BUCKET, INDEX, model)


def passages(page: str, count: int, text: str = "Restart the broker.") -> list[Passage]:
    return [Passage(page, f"https://w/{page}", "Page", (f"Part {n}",), text) for n in range(count)]


def test_a_page_of_many_passages_is_put_and_deleted_in_requests_of_five_hundred(service: S3Vectors) -> None:
    store = opened(service)

    store.replace("a", Kept("d"), passages("a", 1_100), [EAST] * 1_100)
    store.delete("a")

    assert [len(asked["vectors"]) for asked in service.of("PutVectors")] == [1, 500, 500, 100]
    assert [len(asked["keys"]) for asked in service.of("DeleteVectors")] == [500, 500, 100]
    assert list(service.vectors) == ["embedding-model"]


def test_requests_stay_below_the_payload_that_the_service_takes(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("d"), passages("a", 500, "word " * 7_000), [EAST] * 500)

    sizes = [len(str(asked["vectors"])) for asked in service.of("PutVectors")]
    assert len(sizes) > 2
    assert max(sizes) < 20 * 1024 * 1024


def test_pages_are_listed_to_the_last_page_of_the_listing(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("d", "W/1"), passages("a", 25), [EAST] * 25)
    service.page_size = 10

    assert opened(service).pages() == {"a": Kept("d", "W/1")}
    assert len(service.of("ListVectors")) >= 3


def test_a_page_that_a_killed_run_left_in_pieces_is_known_and_not_whole(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("old"), passages("a", 4), [EAST] * 4)
    keys = sorted(key for key in service.vectors if key != "embedding-model")
    for key in keys[:2]:
        del service.vectors[key]

    store = opened(service)
    assert store.pages() == {"a": Kept("")}
    store.replace("a", Kept("new"), passages("a", 1), [EAST])

    assert opened(service).pages() == {"a": Kept("new")}
    assert len(service.vectors) == 2


def test_a_page_of_which_half_is_new_is_not_whole(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("old"), passages("a", 2), [EAST] * 2)
    before = dict(service.vectors)
    opened(service).replace("a", Kept("new"), passages("a", 2), [EAST] * 2)
    key = min(before)
    service.vectors[key] = before[key]

    assert opened(service).pages() == {"a": Kept("")}


def test_a_page_that_shrinks_leaves_nothing_behind(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("old"), passages("a", 5), [EAST] * 5)
    opened(service).replace("a", Kept("new"), passages("a", 2), [EAST] * 2)

    assert len(service.vectors) == 3


@pytest.mark.parametrize(
    ("vector", "said"), [((0.0, 0.0, 0.0), "vector of zeros"), ((1e-60, 0.0, 0.0), "vector of zeros")]
)
def test_a_vector_without_direction_is_refused_and_named(
    service: S3Vectors, vector: tuple[float, ...], said: str
) -> None:
    with pytest.raises(IndexUnusable, match=said):
        opened(service).replace("a", Kept("d"), passages("a", 1), [vector])
    assert service.vectors == {}


def test_a_question_of_zeros_is_near_to_nothing(service: S3Vectors) -> None:
    assert opened(service).near((0.0, 0.0, 0.0), 5) == ()


@pytest.mark.parametrize(
    "passage",
    [
        Passage("a", "https://w/a", "Page", (), "x" * 41_000),
        replace(
            Passage("a", "https://w/a", "Page", (), "x"),
            about=About(services=tuple(f"service-{n}" for n in range(300))),
        ),
    ],
)
def test_what_is_larger_than_the_metadata_may_be_is_refused_before_it_is_sent(
    service: S3Vectors, passage: Passage
) -> None:
    with pytest.raises(IndexUnusable, match="Split the page"):
        opened(service).replace("a", Kept("d"), [passage], [EAST])
    assert service.of("PutVectors") == []


def test_vectors_of_another_model_are_refused(service: S3Vectors) -> None:
    opened(service).replace("a", Kept("d"), passages("a", 1), [EAST])

    assert opened(service, "").model() == MODEL
    with pytest.raises(IndexUnusable, match=f"vectors of {MODEL}, and other-v2"):
        opened(service, "other-v2").replace("b", Kept("d"), passages("b", 1), [EAST])


def test_the_vector_that_names_the_model_is_no_passage(service: S3Vectors) -> None:
    store = opened(service)
    store.replace("a", Kept("d"), passages("a", 1), [(0.0, 1.0, 0.0)])

    assert [hit.passage.page_id for hit in store.near(EAST, 5)] == ["a"]
    assert list(store.pages()) == ["a"]


def test_an_index_without_words_gets_them_from_who_writes(service: S3Vectors) -> None:
    service.texts, service.mode = set(), "CLASSIC"
    store = opened(service)
    with pytest.raises(ServiceRefused, match="no full-text search"):
        store.rank(question("broker"), 5)

    store.enable_words()
    store.enable_words()

    assert (service.texts, service.mode) == ({"title", "text", "parts"}, "ENHANCED")
    assert len(service.of("UpdateMetadataConfiguration")) == 1


def test_a_long_question_is_cut_between_words(service: S3Vectors) -> None:
    store = opened(service)
    store.rank(
        question(" ".join(f"uncommonword{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200))), 5
    )

    (asked,) = service.of("QueryVectors")
    texts = [each["text"] for each in asked["queryTexts"]]
    assert all(900 < len(text) <= 1_024 for text in texts)
    assert all(len(word) == 14 for word in texts[0].split())


def test_vectors_that_are_not_ours_are_said_to_be_so(service: S3Vectors) -> None:
    service.client.put_vectors(
        vectorBucketName=BUCKET, indexName=INDEX, vectors=[{"key": "k", "data": {"float32": list(EAST)}}]
    )

    with pytest.raises(IndexUnusable, match="did not write"):
        opened(service).pages()


def test_a_throttled_service_is_busy(service: S3Vectors) -> None:
    def refuse(_: object) -> dict[str, object]:
        raise Refusal("TooManyRequestsException", status=429)

    service.answer("QueryVectors", refuse)

    with pytest.raises(ServiceBusy, match="TooManyRequestsException"):
        opened(service).near(EAST, 5)


def held(model: str, *pages: str) -> MemoryKnowledge:
    """An index to be copied, and a page in it that was not embedded yet."""
    store = MemoryKnowledge(model)
    for page in pages:
        store.replace(page, Kept("d"), passages(page, 2), [EAST] * 2)
    store.replace("unread", Kept(""), passages("unread", 1))
    return store


def test_an_index_is_copied_and_made_anew_for_another_model(service: S3Vectors) -> None:
    calls, told = ClientCalls(service.client), list[int]()

    assert grow(calls, (BUCKET, INDEX), held(MODEL, "a", "b"), told.append) == 2
    assert grow(calls, (BUCKET, INDEX), held(MODEL, "a"), told.append) == 0
    assert set(opened(service).pages()) == {"a"}
    assert grow(calls, (BUCKET, INDEX), held("other", "a", "c"), told.append) == 2

    assert opened(service, "").model() == "other"
    assert set(opened(service, "").pages()) == {"a", "c"}
    assert told == [1, 2, 1, 1, 2]
    with pytest.raises(IndexUnusable, match="ingest with an embedding model"):
        grow(calls, (BUCKET, INDEX), held(""), told.append)


def test_a_change_of_model_that_dies_in_the_middle_begins_again(service: S3Vectors) -> None:
    calls = ClientCalls(service.client)
    grow(calls, (BUCKET, INDEX), held(MODEL, "a", "b"), lambda _: None)
    service.answer("DeleteVectors", lambda _: (_ for _ in ()).throw(Refusal("InternalServerException")))
    with pytest.raises(ServiceBusy):
        grow(calls, (BUCKET, INDEX), held("other", "c"), lambda _: None)

    assert opened(service, "").model() == MODEL


def test_what_the_setting_names_is_searched_by_words_and_an_empty_index_is_a_gap(
    service: S3Vectors, tmp_path: Path
) -> None:
    clock = FixedClock()
    retry = Retry(clock, attempts=2, sleep=lambda _: None)
    around = Surroundings(
        lambda *_: service.client, tmp_path, clock, retry, "eu-central-1", lambda: None, print
    )
    query = KnowledgeQuery("Restart the broker", "OSError", "checkout", "shop.cart.write")
    with pytest.raises(EvidenceUnavailable, match="holds no pages"):
        open_index(f"s3vectors:{BUCKET}/{INDEX}", around).search(query, 5)
    (page,) = passages("a", 1)
    opened(service).replace("a", Kept("d"), [page], [EAST])

    found = open_index(f"s3vectors:{BUCKET}/{INDEX}", around).search(query, 5)

    assert [each.id for each in found] == [page.id]
