"""Many new problems on every ledger: so many are told, the rest is in one digest and not lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lambda_image.adapters.dynamodb.items import shard
from lambda_image.domain.incident import Incident, Intake, Task, TaskState
from lambda_image.domain.noise import Digest
from tests.contract.office import (
    DAY,
    RACED,
    ROOM,
    WINDOW,
    AnyLedger,
    answer,
    delivery,
    digests,
    incidents,
    named,
)
from tests.fakes.clock import FixedClock
from tests.fakes.events import intake


def test_more_new_problems_than_there_is_room_for_are_held_back_and_told_in_one_digest(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    first = ledger.observe(delivery("d1", *range(ROOM + 2)))
    clock.advance(60)
    second = ledger.observe(Intake("d2", intake(fingerprint=named(90), count=7).sightings))
    third = ledger.observe(delivery("d3", ROOM, 91))
    (digest,) = digests(first)
    told = ledger.held_back(digest)

    assert [each.fingerprint for each in incidents(first)] == [named(number) for number in range(ROOM)]
    assert second == third == ()
    assert (told.problems, told.records) == (4, 2 + 7 + 2)
    assert [(each.fingerprint, each.records) for each in told.top[:2]] == [(named(90), 7), (named(ROOM), 2)]
    assert told.top[0].title == "ZeroDivisionError: division by zero"
    assert digest.closes - digest.began == WINDOW * 1000
    assert ledger.tally().suppressed["too many new problems"] == 11
    assert {each.state for each in ledger.problems()} == {"waiting", "held back"}


def test_what_was_held_back_is_answered_when_it_is_seen_again_and_there_is_room(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    ledger.observe(delivery("d1", *range(ROOM + 1)))
    clock.advance(WINDOW + 1)
    (incident,) = ledger.observe(delivery("d2", ROOM))

    assert isinstance(incident, Incident)
    assert (incident.fingerprint, incident.count, incident.history) == (named(ROOM), 2, None)
    answer(ledger, named(ROOM))
    assert ledger.observe(delivery("d3", ROOM)) == ()
    held = {"too many new problems": 1, "waiting for its answer": ROOM, "known": 1}
    assert ledger.tally().suppressed == held


def test_a_return_that_was_held_back_is_still_a_return(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(intake("old", count=4))
    answer(ledger)
    clock.advance(2 * DAY)
    ledger.observe(delivery("d1", *range(ROOM)))
    assert incidents(ledger.observe(intake("d2", count=5))) == []
    clock.advance(WINDOW + 1)
    (incident,) = incidents(ledger.observe(intake("d3")))

    assert incident.history is not None
    assert (incident.history.count, incident.history.silence) == (4, 2 * DAY * 1000)
    assert incident.count == 6


def test_any_window_has_room_for_so_many_wherever_it_begins(ledger: AnyLedger, clock: FixedClock) -> None:
    ledger.observe(delivery("d1", 1))
    clock.advance(WINDOW - 10)
    assert len(incidents(ledger.observe(delivery("d2", 2, 3)))) == 2
    clock.advance(20)

    assert len(incidents(ledger.observe(delivery("d3", 4, 5)))) == 1


def test_what_is_held_back_later_makes_a_digest_of_its_own_and_the_first_stays_as_it_was(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    (first,) = digests(ledger.observe(delivery("d1", *range(ROOM + 1))))
    clock.advance(WINDOW + 1)
    ledger.observe(delivery("d2", *range(20, 20 + ROOM)))
    (second,) = digests(ledger.observe(delivery("d3", ROOM, 40)))

    assert second.fingerprint != first.fingerprint
    assert ledger.held_back(first).problems == 1
    assert [each.fingerprint for each in ledger.held_back(first).top] == [named(ROOM)]
    assert ledger.held_back(second).problems == 2


def test_a_digest_is_claimed_told_and_confirmed_once(ledger: AnyLedger) -> None:
    storm = delivery("d1", *range(ROOM + 1))
    (digest,) = digests(ledger.observe(storm))
    assert digests(ledger.observe(storm)) == [digest]
    claim = ledger.claim(digest.fingerprint, Task.DIGEST, 60)
    ledger.confirm(digest.fingerprint, f"{digest.fingerprint}-digest")

    assert claim.state is TaskState.CLAIMED
    assert digests(ledger.observe(storm)) == []
    assert ledger.delivered(digest.fingerprint) == {f"{digest.fingerprint}-digest"}
    ledger.complete(claim)
    assert ledger.claim(digest.fingerprint, Task.DIGEST, 60).state is TaskState.DONE
    assert len(ledger.problems()) == ROOM + 1


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_a_thousand_new_problems_give_as_many_answers_as_there_is_room_for_and_one_digest(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    work: list[Incident | Digest] = []
    for batch in range(10):
        work += ledger.observe(delivery(f"d{batch}", *range(batch * 100, batch * 100 + 100)))
        clock.advance(6)
    (digest,) = [each for each in work if isinstance(each, Digest)]
    told = ledger.held_back(digest)

    assert len(work) == ROOM + 1
    assert (told.problems, told.records) == (1_000 - ROOM, 1_000 - ROOM)
    assert ledger.tally().records == 1_000


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_a_digest_with_more_problems_than_it_keeps_names_counts_them_all(ledger: AnyLedger) -> None:
    names = (f"d{number}" for number in range(500))
    ids = [name for name in names if shard(f"delivery#{name}#0") == 3][:7]
    work: list[Incident | Digest] = []
    for batch, name in enumerate(ids):
        work += ledger.observe(delivery(name, *range(batch * 40, batch * 40 + 40)))
    (digest,) = [each for each in work if isinstance(each, Digest)]
    told = ledger.held_back(digest)

    assert (told.problems, told.records) == (7 * 40 - ROOM, 7 * 40 - ROOM)
    assert len(told.top) >= 200


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_racing_deliveries_fill_the_room_exactly_and_begin_one_digest(ledger: AnyLedger) -> None:
    barrier = threading.Barrier(8)

    def deliver(number: int) -> tuple[Incident | Digest, ...]:
        barrier.wait()
        return ledger.observe(delivery(f"d{number}", 2 * number, 2 * number + 1))

    with ThreadPoolExecutor(8) as pool:
        work = [each for result in pool.map(deliver, range(8)) for each in result]
    (digest,) = [each for each in work if isinstance(each, Digest)]

    assert len(work) == ROOM + 1
    assert ledger.held_back(digest).problems == 16 - ROOM
    assert ledger.tally().suppressed == {"too many new problems": 16 - ROOM, "waiting for its answer": ROOM}
