"""The stand-ins that the contract suites run against."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.local.tables import create_ledger_table
from lambda_image.adapters.dynamodb_identities import DynamoIdentities
from lambda_image.adapters.dynamodb_ledger import DynamoLedger
from lambda_image.adapters.dynamodb_table import Table
from lambda_image.adapters.retry import Retry
from tests.contract.servers.dynamodb_local import DynamoDBLocal
from tests.fakes.clock import FixedClock
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger

TABLE = "tracemend-ledger"


def dynamo(clock: FixedClock, endpoint: str | None = None) -> DynamoLedger:
    """A ledger on a fresh table."""
    return DynamoLedger(fresh_table(clock, endpoint), clock)


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
    """The endpoint of a real DynamoDB Local; needs Java and Maven."""
    if not (shutil.which("java") and shutil.which("mvn")):
        if os.environ.get("CI"):
            pytest.fail("CI needs java and mvn for DynamoDB Local")
        pytest.skip("DynamoDB Local needs java and mvn on PATH")
    jars = Path(__file__).parents[2] / "build" / "dynamodb-local"
    with DynamoDBLocal(jars, tmp_path_factory.mktemp("dynamodb")) as endpoint:
        yield endpoint


TABLES = (
    "memory",
    "moto",
    pytest.param("dynamodb_local", marks=[pytest.mark.loopback, pytest.mark.dynamodb_local]),
)


@pytest.fixture(params=TABLES)
def stores(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[object]:
    """Each keeper of decisions in turn, with the ledger beside it."""
    if request.param == "memory":
        ledger = MemoryLedger(clock)
        yield MemoryIdentities(ledger), ledger
    elif request.param == "moto":
        with mock_aws():
            table = fresh_table(clock)
            yield DynamoIdentities(table, clock), DynamoLedger(table, clock)
    else:
        table = fresh_table(clock, request.getfixturevalue("dynamodb_local"))
        yield DynamoIdentities(table, clock), DynamoLedger(table, clock)


@pytest.fixture(params=TABLES)
def ledger(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[object]:
    """Each ledger in turn."""
    if request.param == "memory":
        yield MemoryLedger(clock)
    elif request.param == "moto":
        with mock_aws():
            yield dynamo(clock)
    else:
        yield dynamo(clock, request.getfixturevalue("dynamodb_local"))
