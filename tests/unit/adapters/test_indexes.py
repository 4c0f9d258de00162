"""From the setting to an index that is searched; and what of an index's troubles the answer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.homes.note import FileNote
from knowledge.passage import Passage
from knowledge.store import Kept
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.documents import open_documents
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.indexes import Surroundings, open_index
from lambda_image.adapters.runbooks.managed import SECONDS, service_text
from lambda_image.adapters.runbooks.opensearch import NO_CREDENTIALS
from lambda_image.domain.errors import ConfigurationError, EvidenceUnavailable
from lambda_image.domain.evidence import KnowledgeQuery
from tests.fakes.aws_service import Refusal, StandIn
from tests.fakes.clock import FixedClock
from tests.fakes.search_services import BASE, INDEX, SOURCE, KendraService, KnowledgeBaseService

QUERY = KnowledgeQuery("disk full", "OSError", "checkout", "shop.cart.write")
PAGE = Passage(
    "disk", "https://wiki.example.com/disk", "OSError in checkout", (), "The disk is full: write less."
)
Open = Callable[[StandIn, str], Any]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def open_on(clock: FixedClock, tmp_path: Path) -> Open:
    """An index opened over a stand-in of its service."""

    def opened(stand_in: StandIn, setting: str) -> Any:
        retry = Retry(clock, attempts=2, sleep=lambda _: None)
        around = Surroundings(
            lambda *_: stand_in.client, tmp_path, clock, retry, "eu-central-1", lambda: None, print
        )
        return open_index(setting, around)

    return opened


@pytest.fixture
def kendra(tmp_path: Path) -> KendraService:
    """An index with one page."""
    service = KendraService()
    with open_documents(
        ClientCalls(service.client), INDEX, SOURCE, FileNote(tmp_path / "pages")
    ) as documents:
        documents.replace(PAGE.page_id, Kept("d"), [PAGE])
    return service


def refuse(code: str) -> Callable[[object], dict[str, object]]:
    def answer(_: object) -> dict[str, object]:
        raise Refusal(code)

    return answer


def test_kendra_is_asked_with_the_parts_that_name_the_incident_first(
    open_on: Open, kendra: KendraService
) -> None:
    found = open_on(kendra, f"kendra:{INDEX}").search(QUERY, 5)

    assert [each.url for each in found] == ["https://wiki.example.com/disk"]
    assert kendra.of("Retrieve")[0]["QueryText"] == "OSError checkout write disk full"
    assert service_text(replace(QUERY, text="disk disk", frame=None)) == "OSError checkout disk"


def test_incidents_that_ask_alike_ask_kendra_once_in_an_hour(
    open_on: Open, kendra: KendraService, clock: FixedClock
) -> None:
    known = open_on(kendra, f"kendra:{INDEX}")

    first, again = known.search(QUERY, 5), known.search(replace(QUERY), 5)
    asked = len(kendra.of("Retrieve"))
    clock.advance(SECONDS)
    known.search(QUERY, 5)

    assert first == again
    assert (asked, len(kendra.of("Retrieve"))) == (1, 2)


def test_while_kendra_is_throttled_the_older_answer_serves(
    open_on: Open, kendra: KendraService, clock: FixedClock
) -> None:
    known = open_on(kendra, f"kendra:{INDEX}")
    found = known.search(QUERY, 5)
    clock.advance(2 * SECONDS)
    kendra.answer("Retrieve", refuse("ThrottlingException"))

    assert known.search(QUERY, 5) == found
    with pytest.raises(EvidenceUnavailable) as raised:
        known.search(replace(QUERY, text="another"), 5)
    assert "throttled" in raised.value.fix


def test_a_busy_service_is_asked_again_and_a_refusal_is_not(open_on: Open) -> None:
    service = KnowledgeBaseService()
    known = open_on(service, f"bedrock-kb:{BASE}")
    for code, times in (("ThrottlingException", 2), ("AccessDeniedException", 1)):
        service.asked.clear()
        service.answer("Retrieve", refuse(code))
        with pytest.raises(EvidenceUnavailable, match=code):
            known.search(QUERY, 5)
        assert len(service.of("Retrieve")) == times


def test_a_knowledge_base_of_a_team_is_asked_for_its_own_pages(open_on: Open) -> None:
    service = KnowledgeBaseService("HYBRID")
    service.kept = [PAGE]

    found = open_on(service, f"bedrock-kb:{BASE}?team=pay").search(QUERY, 5)

    assert [each.text for each in found] == [PAGE.text]
    search = service.of("Retrieve")[0]["retrievalConfiguration"]["vectorSearchConfiguration"]
    assert search["filter"] == {"equals": {"key": "team", "value": "pay"}}


def test_an_index_in_another_region_or_account_is_a_gap_that_says_so(
    open_on: Open, kendra: KendraService
) -> None:
    kendra.answer("Retrieve", refuse("ResourceNotFoundException"))

    with pytest.raises(EvidenceUnavailable) as raised:
        open_on(kendra, f"kendra:{INDEX}").search(QUERY, 5)
    assert raised.value.source == "runbooks"
    assert "eu-central-1" in raised.value.fix


def test_opensearch_that_cannot_be_asked_is_a_gap_that_says_what_to_do(open_on: Open) -> None:
    with pytest.raises(EvidenceUnavailable) as raised:
        open_on(StandIn("kendra", {}), "es+https://domain.example.com/runbooks").search(QUERY, 5)

    assert "no AWS credentials" in raised.value.reason
    assert raised.value.fix == NO_CREDENTIALS


def test_a_setting_that_names_no_index_is_an_error_of_the_configuration(
    open_on: Open, kendra: KendraService
) -> None:
    with pytest.raises(ConfigurationError, match="TRACEMEND_INDEX: 'kendra:' names no index"):
        open_on(kendra, "kendra:")
