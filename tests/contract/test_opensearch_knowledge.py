"""The setting of an OpenSearch index, opened as `respond` opens it, on a real OpenSearch."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from knowledge.passage import About, Passage
from knowledge.store import Kept
from knowledge.stores.opensearch.rebuilding import create, rebuilt
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore
from lambda_image.adapters.retry import Retry
from lambda_image.adapters.runbooks.indexes import Surroundings, open_index
from lambda_image.cli import main
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.evidence import KnowledgeQuery
from lambda_image.ports import Knowledge
from tests.contract.servers.gate import Gate
from tests.fakes.clock import FixedClock

pytestmark = [pytest.mark.loopback, pytest.mark.opensearch, pytest.mark.timeout(300)]
NAME = "respond"
QUERY = KnowledgeQuery("the payment gateway does not answer", "TimeoutError", "checkout", None)


def opened(setting: str, tmp_path: Path) -> Knowledge:
    clock = FixedClock()
    signing = Credentials("AKID", "secret", "token")
    around = Surroundings(
        lambda *_: None, tmp_path, clock, Retry(clock), "eu-central-1", lambda: signing, print
    )
    return open_index(setting, around)


def page(name: str, text: str, *services: str) -> Passage:
    return Passage(name, f"https://wiki.example.com/{name}", name, (), text, About(services=services))


GATEWAY = "The payment gateway does not answer: call the vendor."


def test_an_incident_finds_the_page_of_its_own_service(opensearch_url: str, tmp_path: Path) -> None:
    with rebuilt(Server([opensearch_url]), NAME) as store:
        store.replace("a", Kept("d"), [page("a", GATEWAY, "checkout")])
        store.replace("b", Kept("d"), [page("b", GATEWAY + " Or wait.", "stock")])

    found = opened(f"opensearch+{opensearch_url}/{NAME}", tmp_path).search(QUERY, 5)

    assert [each.id for each in found] == [page("a", GATEWAY).id]


def test_an_index_that_took_the_place_of_another_is_searched_by_a_warm_function(
    opensearch_url: str, tmp_path: Path
) -> None:
    server = Server([opensearch_url])
    create(server, NAME)
    known = opened(f"opensearch+{opensearch_url}/{NAME}", tmp_path)
    with pytest.raises(EvidenceUnavailable, match="holds no pages") as empty:
        known.search(QUERY, 5)
    assert "tracemend ingest" in empty.value.fix

    with rebuilt(server, NAME) as store:
        store.replace("a", Kept("d"), [page("a", GATEWAY)])

    assert len(known.search(QUERY, 5)) == 1


@pytest.mark.parametrize("service", ["es", "aoss"])
def test_requests_to_amazon_are_signed_for_its_service(gate: Gate, tmp_path: Path, service: str) -> None:
    with rebuilt(Server([gate.url]), NAME) as store:
        store.replace("a", Kept("d"), [page("a", GATEWAY)])
    gate.serverless = service == "aoss"

    assert len(opened(f"{service}+{gate.url}/{NAME}", tmp_path).search(QUERY, 5)) == 1


def test_a_refusal_is_a_gap_that_says_what_to_do(gate: Gate, tmp_path: Path) -> None:
    gate.instead.append(lambda *_: (403, b"{}"))

    with pytest.raises(EvidenceUnavailable, match="access policy"):
        opened(f"es+{gate.url}/{NAME}", tmp_path).search(QUERY, 5)


def test_the_command_copies_what_changed_and_a_new_model_takes_the_old_ones_place(
    opensearch_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs, setting = tmp_path / "docs", f"opensearch+{opensearch_url}/grown"
    docs.mkdir()
    (docs / "a.md").write_text(f"# Gateway\n\n{GATEWAY}\n")
    (docs / "b.md").write_text("# Disk\n\nThe disk is full: remove old segments.\n")

    def grown() -> str:
        monkeypatch.setattr(
            sys, "argv", ["tracemend", "ingest", str(docs), "--index", str(tmp_path / "i"), "--to", setting]
        )
        with suppress(SystemExit):
            main()
        return capsys.readouterr().err

    with create(Server([opensearch_url]), "grown", "another model"):
        pass
    assert "2 pages written" in grown()
    assert "0 pages written" in grown()
    (docs / "b.md").unlink()
    assert "0 pages written" in grown()

    with OpenSearchStore(Server([opensearch_url]), "grown") as store:
        assert len(store.pages()) == 1
        assert store.model() == ""
    assert len(opened(setting, tmp_path).search(QUERY, 5)) == 1
