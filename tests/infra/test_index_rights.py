"""Every call that the code makes of an index is allowed to the role that makes it, on that index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from knowledge.address import read
from knowledge.passage import Passage
from knowledge.question import question
from knowledge.store import Kept, Scope
from knowledge.stores.bedrock_kb import KnowledgeBase
from knowledge.stores.calls import ClientCalls
from knowledge.stores.kendra.search import Kendra
from knowledge.stores.s3vectors.record import UNFILTERED
from knowledge.stores.s3vectors.store import S3VectorStore
from lambda_image.settings import variable
from tests.fakes.aws_service import StandIn
from tests.fakes.s3vectors import BUCKET, INDEX, S3Vectors
from tests.fakes.search_services import BASE, KendraService, KnowledgeBaseService
from tests.fakes.search_services import INDEX as KENDRA
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


def test_s3_vectors_are_written_by_ingest_and_read_by_respond(vectors: S3Vectors) -> None:
    store = S3VectorStore(ClientCalls(vectors.client), BUCKET, INDEX, "model")
    store.enable_words()
    store.pages()
    store.replace("a", Kept("d"), [PAGE], [(1.0, 0.0, 0.0)])
    store.replace("a", Kept("d"), [PAGE, PAGE], [(1.0, 0.0, 0.0)] * 2)
    store.delete("a")
    assert called(vectors) == of_service("vectors", "ingest", "s3vectors")

    vectors.asked.clear()
    read_only = S3VectorStore(ClientCalls(vectors.client), BUCKET, INDEX)
    read_only.model()
    read_only.rank(question("disk full"), 5, Scope(service="checkout"))
    read_only.near((1.0, 0.0, 0.0), 5, Scope(service="checkout"))
    assert called(vectors) == of_service("vectors", "respond", "s3vectors")


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
