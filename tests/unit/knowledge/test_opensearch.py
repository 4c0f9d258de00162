"""What can be told of the OpenSearch store without a server."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import IndexOutdated, IndexUnusable
from knowledge.passage import About, Passage
from knowledge.question import Question, question
from knowledge.store import ANYWHERE, Kept, Scope
from knowledge.stores.embedded import EmbeddedStore
from knowledge.stores.opensearch import bodies, schema
from knowledge.stores.opensearch.bulk import LARGEST_REQUEST, Action, _pieces
from knowledge.stores.opensearch.documents import (
    columns_of,
    kept_of,
    page_document,
    page_key,
    passage_document,
    passage_of,
)
from knowledge.stores.opensearch.ranking import ranked
from knowledge.stores.words import indexed, length

TEXTS = (
    "The disk of the database is full; remove old segments of the `WriteAheadLog`.",
    "A certificate has expired.",
    "Restart the broker when its disk is full, then call the vendor. " * 9,
    "Who is away in summer, and until when.",
)


def passage(number: int, text: str) -> Passage:
    return Passage(f"page-{number}", "https://wiki.example.com", "Disk full", ("Disks", "Full"), text)


def test_a_passage_comes_back_from_its_document_as_it_went_in() -> None:
    kept = replace(
        passage(1, 'Run:\r\n\n```\necho "✓" \\\n```'),
        about=About("team", 1_764_000_000_000, ("Checkout",), ("prod",)),
        names=("ENOSPC",),
    )

    action = Action("id", passage_document(kept, 3, (0.1234567, -1.0), "stamp"))
    sent = json.loads(action.lines().splitlines()[1])

    assert passage_of(sent) == kept
    assert columns_of(sent) == indexed(kept)
    assert sent["vector"] == [0.123457, -1.0]
    assert sent["services"] == ["checkout"]


def test_a_page_comes_back_from_its_document_whatever_its_id() -> None:
    for page in ("a", "https://wiki.example.com/" + "x" * 5_000, "ünï/cödé 🙂"):
        sent = json.loads(json.dumps(page_document(page, Kept("digest", 'W/"1"'), "stamp")))

        assert kept_of(sent) == (page, Kept("digest", 'W/"1"'))
        assert len(sent["key"]) == 32


def test_passages_follow_their_page_in_the_order_of_keys() -> None:
    keys = [passage_document(passage(1, "x"), number, None, "")["key"] for number in (0, 9, 10, 99_999)]

    assert [page_key("page-1"), *keys] == sorted([page_key("page-1"), *keys])


@pytest.mark.parametrize("asked", ["database disk full", "WriteAheadLog", "call the vendor", "is away"])
def test_candidates_get_the_scores_of_the_embedded_store(tmp_path: Path, asked: str) -> None:
    """Also when only some passages of the index are candidates: the numbers of the whole index count."""
    with EmbeddedStore.create(tmp_path / "index") as store:
        for number, text in enumerate(TEXTS):
            store.replace(f"page-{number}", Kept("d"), [passage(number, text)])
        hits = store.rank(question(asked), 9)
        found = {
            term: len(store.rank(Question(((term, 1),), ()), 9)) for term in bodies.single(question(asked))
        }
    columns = [indexed(passage(number, text)) for number, text in enumerate(TEXTS)]
    average = sum(map(length, columns)) / len(columns)
    there = [
        number
        for number, _ in enumerate(TEXTS)
        if any(hit.passage.page_id == f"page-{number}" for hit in hits)
    ]

    order = list(ranked(question(asked), len(columns), average, found, [columns[number] for number in there]))

    assert [f"page-{there[each.at]}" for each in order] == [hit.passage.page_id for hit in hits]
    assert [each.score for each in order] == pytest.approx([hit.score for hit in hits], rel=0.01)
    assert [each.signals for each in order] == [hit.signals for hit in hits]


def test_no_candidates_have_no_order() -> None:
    assert list(ranked(question("disk"), 0, 1.0, {}, [])) == []


def test_a_trace_of_a_thousand_words_asks_no_more_clauses_than_a_server_takes() -> None:
    asked = bodies.asked(question(" ".join(f"word{number}Of{number}Parts" for number in range(1_000))))

    body = bodies.candidates(asked, 100, Scope("checkout", "prod"))

    should = body["query"]["bool"]["should"]
    assert len(asked.words) * 3 + len(asked.pairs) * 2 <= 1_024
    assert len(should) == len(asked.words) + len(asked.pairs) + 2


def test_a_scope_is_a_filter_of_both_searches() -> None:
    words = bodies.candidates(question("disk"), 5, Scope(service="Checkout"))
    vectors = bodies.nearest((1.0, 0.0), 5, Scope(service="Checkout"))

    asked = words["query"]["bool"]["filter"]
    assert {"term": {"services": "checkout"}} in asked[0]["bool"]["should"]
    assert vectors["query"]["knn"]["vector"]["filter"]["bool"]["filter"] == asked
    assert "filter" not in bodies.nearest((1.0, 0.0), 5, ANYWHERE)["query"]["knn"]["vector"]


@pytest.mark.parametrize("cosine", [1.0, 0.5, 0.0, -0.5, -1.0])
def test_scores_of_either_space_are_read_as_cosines(cosine: float) -> None:
    inner = 1 + cosine if cosine >= 0 else 1 / (1 - cosine)

    assert schema.cosine((1 + cosine) / 2, "cosinesimil") == pytest.approx(cosine)
    assert schema.cosine(inner, "innerproduct") == pytest.approx(cosine)


def test_the_engine_for_vectors_is_one_that_the_server_has() -> None:
    assert schema.engines(384, serverless=False) == ("lucene",)
    assert schema.engines(1_536, serverless=False) == ("faiss",)
    assert schema.engines(384, serverless=True) == ("faiss", "")
    assert "method" not in schema.vector(384, "")


def test_what_is_recorded_of_an_index_is_checked() -> None:
    assert schema.recorded("name", schema.mappings("model"))["model"] == "model"
    with pytest.raises(IndexUnusable, match="name was not made by Tracemend"):
        schema.recorded("name", {"properties": {}})
    with pytest.raises(IndexOutdated):
        schema.recorded("name", {"_meta": {"tracemend": {"schema": 0}}})


def test_requests_are_no_larger_than_small_servers_take() -> None:
    document = {"text": "ü" * 400_000}
    pieces = list(_pieces(Action(f"{number}", document) for number in range(13)))

    assert [len(piece) for piece in pieces] == [6, 6, 1]
    for piece in pieces:
        assert sum(len(lines) for _, lines in piece) <= LARGEST_REQUEST


def test_a_document_larger_than_a_request_goes_alone() -> None:
    pieces = list(_pieces([Action("a", {"text": "x" * LARGEST_REQUEST}), Action("b"), Action("")]))

    assert [len(piece) for piece in pieces] == [1, 2]
    assert pieces[1][0][1] == b'{"delete":{"_id":"b"}}\n'
