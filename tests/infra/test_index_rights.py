"""Every call that the code makes of an index is allowed to the role that makes it, on that index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from moto import mock_aws

from infra.aws.wildcards import flat
from knowledge.address import read
from knowledge.homes.note import FileNote
from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import Kept, Scope
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.growing import grow as grow_kendra
from knowledge.stores.kendra.search import Kendra
from knowledge.stores.s3vectors.growing import grow as grow_vectors
from knowledge.stores.s3vectors.record import UNFILTERED
from knowledge.stores.s3vectors.store import S3VectorStore
from lambda_image.settings import variable
from tests.contract.servers.gate import SUPPORTED
from tests.fakes.aws_service import StandIn
from tests.fakes.knowledge_store import MemoryKnowledge
from tests.fakes.s3vectors import BUCKET, INDEX, S3Vectors
from tests.fakes.search_services import BASE, SOURCE, KendraService, KnowledgeBaseService
from tests.fakes.search_services import INDEX as KENDRA
from tests.infra.template import listed
from tests.infra.variants import environment, template

# What IAM calls the services; Retrieve of a Knowledge Base is an action of bedrock.
SERVICES = {"bedrock-agent-runtime": "bedrock"}
PAGE = Passage("a", "https://wiki.example.com/a", "Disk", (), "The disk is full.")


@pytest.fixture
def vectors() -> Iterator[S3Vectors]:
    with mock_aws():
        service = S3Vectors(words=False)
        service.asked.clear()
        yield service


def called(stand_in: StandIn) -> set[str]:
    """The actions of all that was asked."""
    service = stand_in.client.meta.service_model.service_name
    return {f"{SERVICES.get(service, service)}:{operation}" for operation, _ in stand_in.asked}


def of_service(variant: str, function: str, service: str) -> set[str]:
    """What a function's role may do with a service."""
    return {each for each in template(variant).actions_of(function) if each.startswith(f"{service}:")}


def test_kendra() -> None:
    service = KendraService()
    Kendra(ClientCalls(service.client), KENDRA).ask("disk full", 5)

    assert called(service) == {"kendra:Retrieve", "kendra:Query"} == of_service("kendra", "respond", "kendra")


def test_a_knowledge_base() -> None:
    service = KnowledgeBaseService("managed")
    KnowledgeBase(ClientCalls(service.client), BASE).ask("disk full", 5)

    assert called(service) == {"bedrock:Retrieve"}
    assert called(service) <= of_service("base", "respond", "bedrock")


def held(*pages: str) -> MemoryKnowledge:
    """An index that is copied."""
    store = MemoryKnowledge("model")
    for page in pages:
        store.replace(page, Kept("d"), [replace(PAGE, page_id=page)], [(1.0, 0.0, 0.0)])
    return store


def test_our_own_pages_in_kendra(tmp_path: Path) -> None:
    service = KendraService()
    calls, note = ClientCalls(service.client), FileNote(tmp_path / "note")
    for pages in (("a", "b"), ("a",)):
        grow_kendra(calls, (KENDRA, SOURCE), note, held(*pages), lambda _: None)
    assert called(service) == of_service("own pages", "ingest", "kendra")

    service.asked.clear()
    Kendra(calls, KENDRA, SOURCE).ask("disk full", 5, Scope(service="checkout"))
    assert called(service) <= of_service("own pages", "respond", "kendra")


def test_s3_vectors_are_written_by_ingest_and_read_by_respond(vectors: S3Vectors) -> None:
    calls = ClientCalls(vectors.client)
    for pages in (("a", "b"), ("a",)):
        grow_vectors(calls, (BUCKET, INDEX), held(*pages), lambda _: None)
    assert called(vectors) == of_service("vectors", "ingest", "s3vectors")

    vectors.asked.clear()
    read_only = S3VectorStore(ClientCalls(vectors.client), BUCKET, INDEX)
    read_only.model()
    read_only.rank(question("disk full"), 5, Scope(service="checkout"))
    read_only.near((1.0, 0.0, 0.0), 5, Scope(service="checkout"))
    assert called(vectors) == of_service("vectors", "respond", "s3vectors")


# What is asked of a domain beside what is asked of a collection.
REFRESH = ("POST", r"/[^/]+/_refresh")
NAMES = ("runbooks", "runbooks-20261125030000-1a2b", "runbooks-*")
VERBS = {"GET": "Get", "PUT": "Put", "POST": "Post", "HEAD": "Head", "DELETE": "Delete"}


def _may(function: str, method: str, path: str) -> bool:
    """By the role of the function; the domain's own policy names the same paths."""
    return any(
        f"es:ESHttp{VERBS[method]}" in listed(each["Action"])
        and any(
            fnmatchcase(path, flat(resource).partition("domain/tracemend-prod")[2])
            for resource in listed(each["Resource"])
        )
        for each in template("domain").rights_of(function)
        if each["Effect"] == "Allow"
    )


@pytest.mark.parametrize(("method", "form"), [*SUPPORTED, REFRESH])
def test_ingest_may_ask_of_a_domain_what_the_store_asks(method: str, form: str) -> None:
    """Of the index that answers and of one that takes its place; the store is held to the same list."""
    names = NAMES[:1] if "/_alias/" in form else NAMES
    asked = [path for name in names if re.fullmatch(form, path := re.sub(r"\[\^[^\]]*\]\+", name, form))]

    assert asked
    assert all(_may("ingest", method, path) for path in asked)


def test_respond_may_read_a_domain_and_nothing_else() -> None:
    assert _may("respond", "GET", "/runbooks/_mapping")
    assert _may("respond", "POST", "/runbooks/_search")
    assert not any(
        _may("respond", method, f"/{name}{path}")
        for method in ("PUT", "POST", "DELETE")
        for name in NAMES
        for path in ("", "/_bulk", "/_mapping")
    )
    assert not _may("ingest", "DELETE", "/orders")


def test_what_is_too_long_to_be_filtered_by_is_said_when_the_index_is_made() -> None:
    made = template("vectors").one("S3Vectors::Index")

    assert made["MetadataConfiguration"]["NonFilterableMetadataKeys"] == list(UNFILTERED)
    assert made["DistanceMetric"] == "cosine"


@pytest.mark.parametrize(
    ("variant", "kind"),
    [
        ("plain", "s3"),
        ("kendra", "kendra"),
        ("base", "bedrock-kb"),
        ("vectors", "s3vectors"),
        ("serverless", "aoss"),
        ("domain", "es"),
        ("own pages", "kendra"),
    ],
)
def test_respond_can_read_the_setting_of_its_index(variant: str, kind: str) -> None:
    """With a name in place of what CloudFormation fills in; a collection's endpoint is a whole URL."""
    told = environment(variant, "respond")[variable("index")]
    filled = told.replace("<", "").replace(">", "").replace("+Index", "+https://Index")

    assert read(filled).kind == kind


def test_the_written_pages_say_the_same_rights() -> None:
    page = (Path(__file__).parents[2] / "docs/operations/existing-index.md").read_text()

    for variant, function, service in (
        ("kendra", "respond", "kendra"),
        ("vectors", "respond", "s3vectors"),
        ("vectors", "ingest", "s3vectors"),
    ):
        assert {each for each in of_service(variant, function, service) if f'"{each}"' not in page} == set()
