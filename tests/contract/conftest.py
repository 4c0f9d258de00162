"""The stand-ins that the contract suites run against."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.credentials import Credentials
from moto import mock_aws

from infra.local.opensearch_server import OpenSearchServer, missing
from infra.local.tables import create_ledger_table
from knowledge.stores.opensearch.server import Server, Signed
from lambda_image.adapters.dynamodb.actions import DynamoActions
from lambda_image.adapters.dynamodb.fixes import DynamoFixes
from lambda_image.adapters.dynamodb.identities import DynamoIdentities
from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.adapters.dynamodb.merges import DynamoMerges
from lambda_image.adapters.dynamodb.table import Table
from lambda_image.adapters.retry import Retry
from lambda_image.domain.noise import NoisePolicy
from tests.contract.servers.dynamodb_local import DynamoDBLocal
from tests.contract.servers.gate import Gate
from tests.fakes.clock import FixedClock
from tests.fakes.fixes import MemoryFixes
from tests.fakes.identities import MemoryIdentities

TABLE = "tracemend-ledger"


class WholeLedger(DynamoLedger, DynamoActions, DynamoFixes, DynamoMerges):
    """All sides of one table: the functions', the people's, and what became of pull requests."""

    def __init__(self, table: Table, clock: FixedClock, policy: NoisePolicy) -> None:
        DynamoLedger.__init__(self, table, clock, policy)
        DynamoActions.__init__(self, table, clock)
        DynamoFixes.__init__(self, table, clock)
        DynamoMerges.__init__(self, table, clock)


def dynamo(clock: FixedClock, policy: NoisePolicy, endpoint: str | None = None) -> WholeLedger:
    """A ledger on a fresh table."""
    return WholeLedger(fresh_table(clock, endpoint), clock, policy)


def fresh_table(clock: FixedClock, endpoint: str | None = None) -> Table:
    """An empty table as the ledger has it."""
    client = boto3.client(
        "dynamodb",
        region_name="eu-central-1",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    if TABLE in client.list_tables()["TableNames"]:
        client.delete_table(TableName=TABLE)
    create_ledger_table(client, TABLE)
    return Table(client, TABLE, Retry(clock, attempts=50))


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a real DynamoDB Local; skips without Java and Maven, and in CI that is a failure."""
    if not (shutil.which("java") and shutil.which("mvn")):
        if os.environ.get("CI"):
            pytest.fail("CI needs java and mvn for DynamoDB Local")
        pytest.skip("DynamoDB Local needs java and mvn on PATH")
    jars = Path(__file__).parents[2] / "build" / "dynamodb-local"
    with DynamoDBLocal(jars, tmp_path_factory.mktemp("dynamodb")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def java() -> None:
    """Skips where OpenSearch cannot be started, which needs Java and Maven; in CI that is a failure."""
    if lacking := missing():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs {lacking} for OpenSearch")
        pytest.skip(f"OpenSearch needs {lacking} on PATH")


@pytest.fixture(scope="session")
def opensearch_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real OpenSearch: that of OPENSEARCH_URL, or one of our own, of one node."""
    if named := os.environ.get("OPENSEARCH_URL"):
        yield named
        return
    request.getfixturevalue("java")
    with OpenSearchServer(tmp_path_factory.mktemp("opensearch")) as started:
        yield started.endpoints[0]


@pytest.fixture
def opensearch(opensearch_url: str) -> Iterator[Server]:
    """A server of one's own, of one node."""
    server = Server([opensearch_url])
    yield server
    server.close()


@pytest.fixture
def gate(opensearch_url: str) -> Iterator[Gate]:
    """A gate before it that fails when it is told to."""
    with Gate(opensearch_url) as opened:
        yield opened


@pytest.fixture
def opensearch_serverless(gate: Gate) -> Iterator[Server]:
    """The same behind the rules of a Serverless collection of the classic generation."""
    gate.serverless = True
    server = Server([gate.url], Signed(Credentials("AKID", "secret", "token"), "eu-central-1", "aoss"))
    yield server
    server.close()


@pytest.fixture
def policy() -> NoisePolicy:
    """Room for everything; a module that is about the limits has a fixture of its own."""
    return NoisePolicy(problems=1_000)


TABLES = (
    "memory",
    "moto",
    pytest.param("dynamodb_local", marks=[pytest.mark.loopback, pytest.mark.dynamodb_local]),
)


@pytest.fixture(params=TABLES)
def stores(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[object]:
    """Each keeper of decisions in turn, with the ledger beside it."""
    if request.param == "memory":
        ledger = MemoryFixes(clock)
        yield MemoryIdentities(ledger), ledger
    elif request.param == "moto":
        with mock_aws():
            table = fresh_table(clock)
            yield DynamoIdentities(table, clock), DynamoLedger(table, clock)
    else:
        table = fresh_table(clock, request.getfixturevalue("dynamodb_local"))
        yield DynamoIdentities(table, clock), DynamoLedger(table, clock)


@pytest.fixture(params=TABLES)
def ledger(request: pytest.FixtureRequest, clock: FixedClock, policy: NoisePolicy) -> Iterator[object]:
    """Each ledger in turn."""
    if request.param == "memory":
        yield MemoryFixes(clock, policy)
    elif request.param == "moto":
        with mock_aws():
            yield dynamo(clock, policy)
    else:
        yield dynamo(clock, policy, request.getfixturevalue("dynamodb_local"))
