"""The rules by which problems are one incident, without a ledger: rather apart than wrongly together."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.domain import joining
from lambda_image.domain.affected import KEPT, Whom, mark
from lambda_image.domain.incident import Sighting
from lambda_image.domain.joining import Joining, Neighbour, Opened, Opening
from lambda_image.domain.storm import Release, Shares
from tests.fakes.events import START, intake, redacted_event

REQUEST = "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77"
SHOP = Release("/ecs/shop web", "42")


def said(name: str, *requests: str, count: int = 1) -> Sighting:
    """A problem that names these requests."""
    told = [(Whom.REQUESTS, each) for each in requests]
    return intake(fingerprint=name, named=told, count=count).sightings[0]


def near(name: str, *requests: str, home: str = "", deployment: str = "", members: int = 0) -> Neighbour:
    """One that was opened lately."""
    first = home or name
    marks = {mark(name, each) for each in requests}
    return Neighbour(Opened(name, START, deployment), first, f"{first}-1", f"Title of {name}", marks, members)


def homes(neighbours: list[Neighbour], *sightings: Sighting, room: int = 9) -> dict[str, str]:
    """Whom each joins."""
    found = Joining(neighbours, room, START, None).join(map(Opening, sightings))
    return {name: into.fingerprint for name, into in found.items()}


def test_what_tells_one_request_from_all_others() -> None:
    told = {
        REQUEST: True,
        "463ac35c9f6413ad": True,
        "1-67891233-463ac35c9f6413ad48485a39": True,
        "01JDK3V7Q2W8X9YZABCD4EFGH5": True,
        "5208512171318403364": True,
        "JKJaXmPLvHcESHA=": False,
        "req-1": False,
        "checkout-service-prod-01": False,
        "00000000-0000-0000-0000-000000000000": False,
        "0" * 32: False,
        "": False,
    }

    assert {name: joining.distinct(name) for name in told} == told


def test_few_names_for_many_errors_name_no_request() -> None:
    assert [joining.general(1, 10), joining.general(1, 11), joining.general(0, 1)] == [False, True, True]
    assert [joining.general(5, 51), joining.general(6, 10**6), joining.general(KEPT, 10**6)] == [
        True,
        False,
        False,
    ]
    few = homes([near("v1-a", REQUEST)], said("v1-b", REQUEST, count=11))
    assert few == {}


def test_a_trace_is_the_same_however_it_is_written() -> None:
    trace = "67891233463ac35c9f6413ad48485a39"
    spellings = ["1-67891233-463AC35C9F6413AD48485A39", f"00-{trace}-00f067aa0ba902b7-01", trace]

    assert len({mark("v1-a", each) for each in spellings}) == 1
    assert mark("v1-a", "1-67891233-abc") != mark("v1-a", "67891233abc")


def test_whoever_came_first_is_the_first_of_the_incident_also_for_members_of_members() -> None:
    around = [near("v1-a", "x" * 9), near("v1-b", REQUEST, home="v1-a"), near("v1-c", REQUEST)]

    assert homes(around, said("v1-d", REQUEST)) == {"v1-d": "v1-a"}
    assert homes([], *(said(f"v1-{each}", REQUEST) for each in "xyz")) == {"v1-y": "v1-x", "v1-z": "v1-x"}


def test_what_is_held_back_for_want_of_room_is_joined_by_nobody_and_joins_whom_it_may() -> None:
    assert homes([], said("v1-x", REQUEST), said("v1-y", REQUEST), room=0) == {}
    assert homes([near("v1-a", REQUEST)], said("v1-x", REQUEST), room=0) == {"v1-x": "v1-a"}


def test_nobody_joins_itself_or_its_own_members() -> None:
    around = [near("v1-a", REQUEST), near("v1-b", REQUEST, home="v1-a")]

    assert homes(around, said("v1-a", REQUEST)) == {}


def test_one_write_adds_to_so_many_incidents_and_one_incident_takes_so_many() -> None:
    each = [f"{REQUEST[:-2]}{number:02}" for number in range(joining.HOMES + 3)]
    around = [near(f"v1-{number}", name) for number, name in enumerate(each)]
    comers = [said(f"v1-new{number}", name) for number, name in enumerate(each)]

    assert len(homes(around, *comers, room=0)) == joining.HOMES
    full = near("v1-a", REQUEST, members=joining.MEMBERS - 1)
    assert homes([full], said("v1-x", REQUEST), said("v1-y", REQUEST)) == {"v1-x": "v1-a"}


def test_a_request_is_named_before_a_deployment_and_only_if_it_was_not_redacted() -> None:
    around = [near("v1-a", deployment=SHOP.deployment), near("v1-b", REQUEST)]
    hidden = said("v1-x", REQUEST)
    shown = replace(hidden, first=lambda: redacted_event(lines=(f"ERROR trace_id={REQUEST} failed",)))
    joined = [
        Joining(around, 9, START, SHOP).join([Opening(each)])["v1-x"]
        for each in (hidden, shown, said("v1-x"))
    ]

    assert [each.shares for each in joined] == [Shares.REQUEST, Shares.REQUEST, Shares.DEPLOYMENT]
    assert [each.what for each in joined] == ["", REQUEST, "42"]
    assert [each.title for each in joined] == ["Title of v1-b", "Title of v1-b", "Title of v1-a"]


def test_a_commit_is_one_deployment_of_several_services_and_a_version_is_not() -> None:
    commits = {Release(place, "3f2a91c", anywhere=True).deployment for place in ("/ecs/shop", "/ecs/mail")}
    versions = {Release(place, "42").deployment for place in ("/ecs/shop", "/ecs/mail")}

    assert (len(commits), len(versions)) == (1, 2)
