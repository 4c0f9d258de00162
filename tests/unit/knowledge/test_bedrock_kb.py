"""Bedrock Knowledge Bases: which search they have, pages, filters and where a passage is from."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.errors import ServiceRefused
from knowledge.passage import Passage
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from tests.fakes.aws_service import Refusal
from tests.fakes.search_services import BASE, KnowledgeBaseService


def base(service: KnowledgeBaseService, **only: str) -> KnowledgeBase:
    return KnowledgeBase(ClientCalls(service.client), BASE, only)


def searches(service: KnowledgeBaseService) -> list[dict[str, Any]]:
    return [asked["retrievalConfiguration"] for asked in service.of("Retrieve")]


def test_hybrid_is_asked_for_first_and_the_kind_that_works_is_kept() -> None:
    service = KnowledgeBaseService("managed")
    known = base(service)

    known.ask("disk full", 5)
    known.ask("disk full", 5)

    assert searches(service) == [
        {"vectorSearchConfiguration": {"numberOfResults": 5, "overrideSearchType": "HYBRID"}},
        {"vectorSearchConfiguration": {"numberOfResults": 5}},
        {"managedSearchConfiguration": {"numberOfResults": 5}},
        {"managedSearchConfiguration": {"numberOfResults": 5}},
    ]


def test_a_question_that_is_refused_for_another_reason_decides_nothing() -> None:
    service = KnowledgeBaseService("HYBRID")
    known = base(service)

    def refuse(_: object) -> dict[str, object]:
        raise Refusal("ValidationException", "the base is being deleted")

    served = service._retrieve
    service.answer("Retrieve", refuse)
    with pytest.raises(ServiceRefused, match="being deleted"):
        known.ask("disk", 5)
    service.answer("Retrieve", served)
    known.ask("disk", 5)

    assert searches(service)[-1]["vectorSearchConfiguration"]["overrideSearchType"] == "HYBRID"


def test_results_are_read_page_by_page_until_there_are_enough() -> None:
    service = KnowledgeBaseService(page_size=2)
    service.kept = [Passage(f"p{n}", f"https://w/{n}", "P", (), "Restart the broker.") for n in range(9)]

    assert len(base(service).ask("restart broker", 5)) == 5
    assert [asked.get("nextToken") for asked in service.of("Retrieve")][-3:] == [None, "2", "4"]


def test_a_base_that_always_has_another_page_is_left_in_the_end() -> None:
    service = KnowledgeBaseService()
    service.answer("Retrieve", lambda _: {"retrievalResults": [], "nextToken": "again"})

    assert base(service).ask("restart", 5) == ()
    assert len(service.of("Retrieve")) < 50


def test_metadata_that_a_passage_must_have_are_told_to_the_engine() -> None:
    service = KnowledgeBaseService()

    base(service, team="pay").ask("disk", 1)
    base(service, team="pay", kind="runbook").ask("disk", 1)

    one, *_, both = (each["vectorSearchConfiguration"]["filter"] for each in searches(service))
    assert one == {"equals": {"key": "team", "value": "pay"}}
    assert both == {
        "andAll": [
            {"equals": {"key": "kind", "value": "runbook"}},
            {"equals": {"key": "team", "value": "pay"}},
        ]
    }


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ({"type": "S3", "s3Location": {"uri": "s3://bucket/page.md"}}, "s3://bucket/page.md"),
        ({"type": "WEB", "webLocation": {"url": "https://wiki/p"}}, "https://wiki/p"),
        ({"type": "CONFLUENCE", "confluenceLocation": {"url": "https://c/p"}}, "https://c/p"),
        ({"type": "SHAREPOINT", "sharePointLocation": {"url": "https://s/p"}}, "https://s/p"),
        ({"type": "SALESFORCE", "salesforceLocation": {"url": "https://f/p"}}, "https://f/p"),
        ({"type": "ONEDRIVE", "oneDriveLocation": {"url": "https://o/p"}}, "https://o/p"),
        ({"type": "GOOGLEDRIVE", "googleDriveLocation": {"url": "https://g/p"}}, "https://g/p"),
        ({"type": "KENDRA", "kendraDocumentLocation": {"uri": "https://k/p"}}, "https://k/p"),
        ({"type": "CUSTOM", "customDocumentLocation": {"id": "page-1"}}, "page-1"),
        ({"type": "SQL", "sqlLocation": {"query": "SELECT 1"}}, ""),
        ({"type": "S3"}, ""),
        (None, ""),
    ],
)
def test_every_kind_of_location_gives_its_address(location: dict[str, Any] | None, url: str) -> None:
    service = KnowledgeBaseService()
    told = {"location": location} if location else {}
    service.answer(
        "Retrieve", lambda _: {"retrievalResults": [{"content": {"text": "Restart."}, "score": 0.7, **told}]}
    )

    (hit,) = base(service).ask("restart", 5)

    assert hit.passage.url == url
    assert hit.score == 0.7


def test_what_has_no_text_is_left_out_and_no_score_is_no_doubt() -> None:
    service = KnowledgeBaseService()
    results = [
        {"content": {"type": "IMAGE", "byteContent": "data:"}, "score": 0.9},
        {"content": {"type": "ROW", "row": [{"columnName": "a", "columnValue": "1"}]}},
        {"content": {"text": "Restart."}},
        {"content": {"text": "Unlike."}, "score": 0.1},
    ]
    service.answer("Retrieve", lambda _: {"retrievalResults": results})

    assert [(hit.passage.text, hit.score) for hit in base(service).ask("restart", 5)] == [("Restart.", 1.0)]
