"""What every store of what channels hear of in the morning does: in memory, on moto and on DynamoDB Local."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from lambda_image.adapters.dynamodb.keeping import NAMED, DynamoKeeping
from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.domain.incident import Task, TaskState
from lambda_image.domain.noise import Digest
from lambda_image.domain.quiet import KeptMessage
from lambda_image.ports import Keeping, Ledger
from lambda_image.wire import encode
from tests.contract.conftest import TABLES, fresh_table
from tests.contract.office import top_of_an_hour
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryKeeping

CLOCK = top_of_an_hour()
NIGHT = Digest(f"digest-quiet-ops-{CLOCK.now()}", CLOCK.now() - 1_000, CLOCK.now())
NEXT = Digest(f"digest-quiet-ops-{CLOCK.now() + 1_000}", CLOCK.now(), CLOCK.now() + 1_000)
OTHER = Digest(f"digest-quiet-team-{CLOCK.now()}", CLOCK.now() - 1_000, CLOCK.now())
Stores = tuple[Keeping, Ledger]


@pytest.fixture(params=TABLES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """One of them, with the ledger of the same table."""
    if request.param == "memory":
        ledger = MemoryLedger(CLOCK)
        yield MemoryKeeping(ledger.begin), ledger
    elif request.param == "moto":
        with mock_aws():
            table = fresh_table(CLOCK)
            yield DynamoKeeping(table), DynamoLedger(table, CLOCK)
    else:
        table = fresh_table(CLOCK, request.getfixturevalue("dynamodb_local"))
        yield DynamoKeeping(table), DynamoLedger(table, CLOCK)


def message(name: str, title: str = "KeyError in shop") -> KeptMessage:
    return KeptMessage(name, "v1-a", title, "high")


def test_a_message_is_kept_once_in_its_digest_until_that_is_told(stores: Stores) -> None:
    keeping, _ = stores
    for digest, name in ((NEXT, "m1"), (NIGHT, "m1"), (NIGHT, "m2"), (NIGHT, "m1"), (OTHER, "m3")):
        keeping.keep(digest.fingerprint.split("-")[2], digest, message(name))
    odd = message("m4", 'a "quoted" 한국어 \U0001f600')
    keeping.keep("ops", NIGHT, odd)

    assert keeping.waiting("ops") == (NIGHT, NEXT)
    assert keeping.waiting("team") == (OTHER,)
    assert {*keeping.kept(NIGHT).named} == {message("m1"), message("m2"), odd}
    keeping.told("ops", NIGHT)
    keeping.told("ops", NIGHT)
    assert keeping.waiting("ops") == (NEXT,)


def test_what_nobody_kept_is_nothing(stores: Stores) -> None:
    keeping, ledger = stores

    assert (keeping.waiting("ops"), keeping.kept(NIGHT).named) == ((), ())
    assert ledger.claim(NIGHT.fingerprint, Task.DIGEST, 60).state is TaskState.DONE


def test_a_digest_is_claimed_as_any_work(stores: Stores) -> None:
    keeping, ledger = stores
    keeping.keep("ops", NIGHT, message("m1"))
    claim = ledger.claim(NIGHT.fingerprint, Task.DIGEST, 60)

    assert claim.state is TaskState.CLAIMED
    assert ledger.claim(NIGHT.fingerprint, Task.DIGEST, 60).state is TaskState.BUSY
    ledger.complete(claim)
    assert ledger.claim(NIGHT.fingerprint, Task.DIGEST, 60).state is TaskState.DONE


def test_a_long_night_of_long_titles_fits_and_its_rest_is_counted() -> None:
    with mock_aws():
        table = fresh_table(CLOCK)
        keeping = DynamoKeeping(table)
        keeping.keep("ops", NIGHT, message("m"))
        long = [encode(message(f"m{number}", "\ufffe" * 160)) for number in range(NAMED - 1)]
        values = {":long": {"SS": long}}
        table.update(
            NIGHT.fingerprint, {"UpdateExpression": "ADD kept :long", "ExpressionAttributeValues": values}
        )
        for number in range(3):
            keeping.keep("ops", NIGHT, message(f"n{number}"))

        kept = keeping.kept(NIGHT)
        assert (len(kept.named), kept.more) == (NAMED, 3)
        assert sum(len(str(item)) for item in table.get([NIGHT.fingerprint])) < 400_000
