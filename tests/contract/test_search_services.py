"""What every managed search does: Kendra and Bedrock Knowledge Bases.

They are stand-ins that hold requests and answers against botocore's models of the services.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.errors import ServiceBusy, ServiceRefused
from knowledge.homes.note import FileNote
from knowledge.passage import NOTHING_KNOWN, About, Passage
from knowledge.service import SearchService
from knowledge.store import ANYWHERE, Kept, Scope
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.documents import open_documents
from knowledge.stores.kendra.search import Kendra
from tests.fakes.aws_service import Refusal, StandIn
from tests.fakes.search_services import BASE, INDEX, SOURCE, KendraService, KnowledgeBaseService


@dataclass(frozen=True, slots=True)
class Served:
    """A service, how pages come into it, and the stand-in behind it."""

    service: SearchService
    put: Callable[..., None]
    stand_in: StandIn


@pytest.fixture(params=["kendra", "kendra by query", "bedrock HYBRID", "bedrock vector", "bedrock managed"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Served:
    """Each service in turn, empty."""
    kind = request.param
    if kind.startswith("kendra"):
        kendra = KendraService(passages=kind == "kendra")
        calls = ClientCalls(kendra.client)

        def put(*passages: Passage) -> None:
            with open_documents(calls, INDEX, SOURCE, FileNote(tmp_path / "pages.json")) as documents:
                for each in passages:
                    documents.replace(each.page_id, Kept(each.id), [each])

        return Served(Kendra(calls, INDEX, SOURCE), put, kendra)
    base = KnowledgeBaseService(kind.partition(" ")[2])
    return Served(KnowledgeBase(ClientCalls(base.client), BASE), lambda *each: base.kept.extend(each), base)


def passage(page: str, text: str, about: About = NOTHING_KNOWN) -> Passage:
    return Passage(page, f"https://wiki.example.com/{page}", f"Page {page}", (), text, about)


def found(served: Served, text: str, limit: int = 10, scope: Scope = ANYWHERE) -> list[str]:
    return [hit.passage.page_id for hit in served.service.ask(text, limit, scope)]


def test_an_empty_one_finds_nothing(served: Served) -> None:
    assert found(served, "disk full") == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_asked_of_it_for_an_empty_question(served: Served, text: str) -> None:
    assert found(served, text) == []
    assert not served.stand_in.asked


def test_passages_come_back_with_title_address_and_score_in_order(served: Served) -> None:
    served.put(passage("a", "The disk is full."), passage("b", "The disk of the proxy."))

    hits = served.service.ask("disk full", 5)

    assert hits[0].passage.page_id == "a"
    assert (hits[0].passage.title, hits[0].passage.url) == ("Page a", "https://wiki.example.com/a")
    assert hits[0].passage.text == "The disk is full."
    assert all(0 < hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.signals for hit in hits)


def test_what_hardly_fits_is_not_an_answer(served: Served) -> None:
    served.put(passage("a", "The disk."))

    assert found(served, "disk speed poor sensor of another machine") == []


def test_no_more_than_the_limit(served: Served) -> None:
    served.put(*(passage(f"p{number}", "Restart the broker.") for number in range(9)))

    assert len(found(served, "restart broker", limit=4)) == 4


@pytest.mark.parametrize(
    ("scope", "pages"),
    [
        (Scope(), {"all", "checkout", "billing"}),
        (Scope(service="Checkout"), {"all", "checkout"}),
        (Scope(service="checkout", environment="prod"), {"all", "checkout"}),
        (Scope(environment="staging"), {"all", "billing"}),
    ],
)
def test_pages_about_others_are_out_of_scope(served: Served, scope: Scope, pages: set[str]) -> None:
    abouts = {
        "all": About(),
        "checkout": About(services=("checkout",), environments=("prod",)),
        "billing": About(services=("Billing",)),
    }
    served.put(*(passage(name, "Restart the broker.", about) for name, about in abouts.items()))

    assert set(found(served, "restart broker", 3, scope)) == pages


@pytest.mark.parametrize(
    ("code", "status", "kind", "fix"),
    [
        ("ThrottlingException", 400, ServiceBusy, "ask again later"),
        ("InternalServerException", 500, ServiceBusy, "ask again later"),
        ("AccessDeniedException", 400, ServiceRefused, "to the role that asks"),
        ("ResourceNotFoundException", 400, ServiceRefused, "no such index in eu-central-1"),
        ("ValidationException", 400, ServiceRefused, "See the message of AWS"),
    ],
)
def test_an_error_says_what_to_do(
    served: Served, code: str, status: int, kind: type[ServiceRefused], fix: str
) -> None:
    def refuse(_: object) -> dict[str, object]:
        raise Refusal(code, "the service's own words", status)

    served.stand_in.answer("Retrieve", refuse)

    with pytest.raises(ServiceRefused, match="the service's own words") as raised:
        served.service.ask("disk full", 5)
    assert type(raised.value) is kind
    assert fix in raised.value.fix


def test_a_service_that_cannot_be_reached_is_busy(served: Served) -> None:
    served.stand_in.unreachable()

    with pytest.raises(ServiceBusy, match="Check the network"):
        served.service.ask("disk full", 5)
