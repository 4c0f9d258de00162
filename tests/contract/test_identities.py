"""What everything that keeps decisions does: in memory, on moto, and on a real DynamoDB Local."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from moto import mock_aws

from lambda_image.adapters.dynamodb.ledger import DynamoLedger
from lambda_image.domain.identity import Decision, Saying, Sayings
from lambda_image.domain.incident import Incident
from lambda_image.ports import Identities, Ledger
from lambda_image.recognition import Recognition
from tests.contract.conftest import fresh_table
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, batch_of, intake, said, with_frames

DAY = 86_400
ONE = Decision("v1-1", "template", "v1", "disk <*> full", 0.25)
PLACE = "v1#/ecs/shop"
Stores = tuple[Identities, Ledger]


def test_a_decision_is_given_back_as_it_was_kept(stores: Stores) -> None:
    identities, _ = stores
    joined = Decision("v1-1", "words", "v1", "disk <*> full", 0.333)

    assert identities.decided(["v1-1"]) == {}
    assert identities.keep({"v1-1": ONE, "v1-2": joined}, [])
    assert identities.decided(["v1-1", "v1-2", "v1-3", "v1-1"]) == {"v1-1": ONE, "v1-2": joined}


def test_what_was_decided_is_never_decided_again(stores: Stores) -> None:
    identities, _ = stores
    identities.keep({"v1-1": ONE}, [])

    assert not identities.keep({"v1-2": ONE, "v1-1": replace(ONE, fingerprint="v1-9")}, [])
    assert identities.decided(["v1-1", "v1-2"]) == {"v1-1": ONE}


def test_a_problem_of_the_ledger_without_a_decision_is_its_own(stores: Stores) -> None:
    identities, ledger = stores
    ledger.observe(intake(fingerprint="v0-0123456789abcdef"))

    assert identities.decided(["v0-0123456789abcdef", "v0-0"]) == {
        "v0-0123456789abcdef": Decision("v0-0123456789abcdef", "known", "v0")
    }


def test_sayings_come_back_in_order_with_the_next_revision(stores: Stores) -> None:
    identities, _ = stores
    known = (Saying("template/", "disk <*> full", "v1-1"), Saying("exception/KeyError/", "é = <*>", "v1-2"))
    identities.keep({}, [Sayings(PLACE, known)])

    assert identities.sayings(PLACE) == Sayings(PLACE, known, 1)
    assert identities.sayings("v1#/ecs/other") == Sayings("v1#/ecs/other")


@pytest.mark.parametrize("revision", [0, 2])
def test_sayings_that_another_has_changed_are_refused_with_all_that_came_with_them(
    stores: Stores, revision: int
) -> None:
    identities, _ = stores
    identities.keep({}, [Sayings(PLACE)])

    assert not identities.keep({"v1-1": ONE}, [Sayings(PLACE, (), revision)])
    assert identities.decided(["v1-1"]) == {}
    assert identities.sayings(PLACE).revision == 1


def test_a_decision_that_is_asked_for_lives_on(stores: Stores, clock: FixedClock) -> None:
    identities, _ = stores
    identities.keep({"v1-1": ONE}, [])
    for _ in range(4):
        clock.advance(200 * DAY)

        assert identities.decided(["v1-1"]) == {"v1-1": ONE}


def test_an_incident_carries_its_decision(stores: Stores) -> None:
    _, ledger = stores
    seen = said("disk 7 is full")
    (opened,) = ledger.observe(batch_of([seen]))

    assert isinstance(opened, Incident)
    assert opened.decision == seen.decision
    assert opened.decision is not None


def test_the_decision_is_kept_with_the_incident(clock: FixedClock) -> None:
    with mock_aws():
        table = fresh_table(clock)
        seen = said("disk 7 is full")
        DynamoLedger(table, clock).observe(batch_of([seen]))
        (item,) = table.get([f"incident#{seen.fingerprint}"])

    assert json.loads(item["decision"]["S"]) == {
        "fingerprint": seen.fingerprint,
        "rule": "template",
        "version": "v1",
        "beside": "disk <*> is full",
        "distance": 0.0,
    }


def test_functions_that_learn_at_once_lose_nothing_and_agree(stores: Stores) -> None:
    identities, _ = stores
    users = ["ann", "bob", "eve", "ida", "joe", "kim", "lea", "max"]
    batches = [
        [said(f"session of user {user} lost") for user in users[at:] + users[:at]] for at in range(len(users))
    ]
    with ThreadPoolExecutor(len(batches)) as pool:
        settled = list(pool.map(lambda batch: Recognition(identities).settle(batch_of(batch)), batches))

    told = [{each.decision for each in one.sightings} for one in settled]
    fingerprints = [{each.fingerprint for each in one.sightings} for one in settled]
    assert len(set(map(frozenset, fingerprints))) == 1
    assert len(fingerprints[0]) == 4, told
    known = identities.sayings("v1#/aws/lambda/shop").known
    assert {f"session of user {user} lost" for user in users} <= {each.words for each in known}
    assert all(sum(each.count for each in one.sightings) == len(users) for one in settled)


def test_a_hundred_names_and_places_fit(stores: Stores) -> None:
    identities, _ = stores
    batch = batch_of([with_frames(f"f{number}", group=f"/ecs/{number}") for number in range(30)])
    batch = replace(
        batch,
        sightings=batch.sightings
        + batch_of([said(f"w{chr(97 + n)} is broken", f"/ecs/{n}") for n in range(26)]).sightings,
    )

    assert len(Recognition(identities).settle(batch).sightings) == 56
    assert Recognition(identities).settle(batch) == Recognition(identities).settle(batch)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until it is moved."""
    return FixedClock(START)
