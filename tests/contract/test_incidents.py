"""New problems that share a request or a deployment are one incident on every ledger, until it is split."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

import pytest

from lambda_image.domain import joining
from lambda_image.domain.affected import Whom
from lambda_image.domain.incident import Incident, Intake, Sighting, Task
from lambda_image.domain.noise import Digest, NoisePolicy
from lambda_image.domain.storm import Release, Shares
from lambda_image.ports import LedgerReport, Merges, Mutes, WorkLedger
from tests.contract.office import RACED, incidents, named, top_of_an_hour
from tests.fakes.clock import FixedClock
from tests.fakes.events import intake

REQUEST = "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77"
OTHER = "1-67891233-463ac35c9f6413ad48485a39"
SECONDS = joining.REACH // 1_000
ROOM = 12


class AnyLedger(WorkLedger, LedgerReport, Mutes, Merges, Protocol):
    """What is asked of it here."""


@pytest.fixture
def clock() -> FixedClock:
    """Time that the test moves."""
    return top_of_an_hour()


@pytest.fixture
def policy() -> NoisePolicy:
    """Room for a few."""
    return NoisePolicy(problems=ROOM)


def answer(ledger: AnyLedger, number: int) -> None:
    """What follows a card."""
    ledger.complete(ledger.claim(named(number), Task.RESPOND, 60))


def seen(
    ledger: AnyLedger, number: int, *requests: str, count: int = 1, release: Release | None = None
) -> list[Incident]:
    """A problem that names these requests, in a delivery of its own; what it opened."""
    mine = said(number, *requests, count=count)
    return incidents(ledger.observe(Intake(f"d{number}-{count}-{requests}", (mine,), release=release)))


def said(number: int, *requests: str, count: int = 1) -> Sighting:
    """The same as a sighting."""
    told = [(Whom.REQUESTS, each) for each in requests]
    return intake(fingerprint=named(number), named=told, count=count).sightings[0]


def threads(work: Sequence[Incident | Digest]) -> set[str]:
    """The threads in which it is told."""
    return {each.told_in for each in work if isinstance(each, Incident)}


def test_problems_that_share_a_request_are_told_in_one_thread_and_counted_by_themselves(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    (first,) = seen(ledger, 1, REQUEST)
    clock.advance(SECONDS - 1)
    (second,) = seen(ledger, 2, REQUEST, count=3)
    seen(ledger, 2, count=4)
    (apart,) = seen(ledger, 3, OTHER)

    assert second.joined is not None
    assert (second.joined.fingerprint, second.joined.shares) == (named(1), Shares.REQUEST)
    assert (second.told_in, second.thread_id) == (first.thread_id, f"{named(2)}-{clock.now()}")
    assert (first.joined, apart.joined) == (None, None)
    assert [each.fingerprint for each in ledger.storm(named(1)).members] == [named(2)]
    found = {each.fingerprint: each for each in ledger.problems()}
    assert {name: each.member_of for name, each in found.items()} == {
        named(1): "",
        named(2): named(1),
        named(3): "",
    }
    assert found[named(2)].count == 7
    for number in (1, 2, 3):
        answer(ledger, number)
    assert ledger.tally().suppressed == {"known": 6}
    assert (ledger.tally().records, ledger.tally().shown) == (9, 3)


def test_a_redelivery_tells_a_member_again_until_that_is_claimed(ledger: AnyLedger) -> None:
    seen(ledger, 1, REQUEST)
    first, again = seen(ledger, 2, REQUEST), seen(ledger, 2, REQUEST)
    answer(ledger, 2)

    assert first == again
    assert seen(ledger, 2, REQUEST) == []
    assert not ledger.storm(named(1)).answered
    answer(ledger, 1)
    assert ledger.storm(named(1)).answered
    assert ledger.storm("v1-never").answered


def test_one_delivery_with_many_of_one_request_is_one_message_and_takes_one_place(ledger: AnyLedger) -> None:
    many = [said(number, OTHER if number % 2 else REQUEST) for number in range(10)]
    work = ledger.observe(Intake("d1", tuple(many)))
    more = ledger.observe(Intake("d2", tuple(said(number) for number in range(40, 40 + ROOM))))

    assert len(work) == 10
    assert threads(work) == {each.thread_id for each in incidents(work)[:2]}
    assert len(ledger.storm(named(0)).members) == 4
    assert len(incidents(more)) == ROOM - 2


def test_later_requests_of_a_known_problem_count_too_and_all_members_are_of_the_first(
    ledger: AnyLedger,
) -> None:
    seen(ledger, 1, "first-5e0c-4a53-9d5e-0c4f6b1f")
    seen(ledger, 1, REQUEST)
    (second,) = seen(ledger, 2, REQUEST, OTHER)
    (third,) = seen(ledger, 3, OTHER.removeprefix("1-").replace("-", ""))

    assert threads([second, third]) == {second.told_in}
    assert third.joined is not None
    assert third.joined.title == second.event.exception_type + ": " + second.event.message  # type: ignore[operator]
    assert {each.fingerprint for each in ledger.storm(named(1)).members} == {named(2), named(3)}


def test_what_is_general_old_muted_or_merged_joins_nobody(ledger: AnyLedger, clock: FixedClock) -> None:
    seen(ledger, 1, REQUEST, count=joining.ERRORS_OF_A_REQUEST + 1)
    (constant,) = seen(ledger, 2, REQUEST)
    seen(ledger, 3, OTHER)
    ledger.mute(named(3), clock.now() + 1_000, "we know")
    (muted,) = seen(ledger, 4, OTHER)
    clock.advance(SECONDS + 1)
    (late,) = seen(ledger, 5, OTHER)

    assert {constant.joined, muted.joined, late.joined} == {None}


def test_what_everything_names_is_no_request_and_is_joined_by_nobody_any_more(ledger: AnyLedger) -> None:
    work = [seen(ledger, number, REQUEST)[0] for number in range(joining.PROBLEMS_OF_A_REQUEST + 3)]

    assert len(ledger.storm(named(0)).members) == joining.PROBLEMS_OF_A_REQUEST
    assert [each.joined for each in work[-2:]] == [None, None]


def test_what_people_split_is_told_by_itself_and_never_joins_that_one_again(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    seen(ledger, 1, REQUEST)
    seen(ledger, 2, REQUEST)
    answer(ledger, 2)
    done = [ledger.split(named(2)), ledger.split(named(2)), ledger.split(named(1))]
    (again,) = seen(ledger, 2, REQUEST, count=2)

    assert done == [True, False, False]
    assert (again.fingerprint, again.joined, again.count) == (named(2), None, 3)
    assert ledger.storm(named(1)).members == ()
    answer(ledger, 1)
    answer(ledger, 2)
    clock.advance(2 * 86_400)
    seen(ledger, 2, OTHER, count=4)
    (back,) = seen(ledger, 1, OTHER, count=4)
    assert back.history is not None
    assert back.joined is None


def test_problems_that_began_with_one_deployment_are_one_incident(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    first, then = (Release("shop", version) for version in ("41", "42"))
    (before,) = seen(ledger, 1, release=first)
    (also,) = seen(ledger, 2, release=first)
    clock.advance(60)
    ledger.observe(Intake("quiet", (), (("not an error", 1),), release=then))
    clock.advance(SECONDS)
    work = [seen(ledger, number, release=then)[0] for number in (3, 4)]
    (elsewhere,) = seen(ledger, 5, release=replace(then, place="mail"))
    (still,) = seen(ledger, 6, release=first)
    clock.advance(1)
    (late,) = seen(ledger, 7, release=then)

    assert {before.joined, also.joined, work[0].joined, elsewhere.joined, still.joined, late.joined} == {None}
    assert work[1].joined is not None
    assert (work[1].told_in, work[1].joined.what) == (work[0].thread_id, "42")


def test_a_problem_that_comes_back_opens_a_new_thread_and_leaves_the_incident(
    ledger: AnyLedger, clock: FixedClock
) -> None:
    seen(ledger, 1, REQUEST)
    seen(ledger, 2, REQUEST)
    for number in (1, 2):
        answer(ledger, number)
    clock.advance(2 * 86_400)
    (back,) = seen(ledger, 2, REQUEST, count=2)
    (first,) = seen(ledger, 1, REQUEST, count=2)

    assert back.joined is None
    assert first.joined is not None
    assert first.told_in == back.thread_id
    assert ledger.storm(named(1)).members == ()


@pytest.mark.parametrize("ledger", RACED, indirect=True)
def test_related_problems_that_race_give_one_thread_and_none_is_lost(ledger: AnyLedger) -> None:
    barrier = threading.Barrier(6)

    def deliver(number: int) -> Sequence[Incident | Digest]:
        barrier.wait()
        return ledger.observe(Intake(f"d{number}", (said(number, REQUEST),)))

    with ThreadPoolExecutor(6) as pool:
        work = [each for result in pool.map(deliver, range(6)) for each in result]

    assert len(work) == 6
    assert len(threads(work)) == 1
    assert ledger.tally().records == 6
