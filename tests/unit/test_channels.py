"""Several ways at once: none blocks another, none is told twice, each hears of what concerns it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lambda_image.channels import Channels, Way
from lambda_image.desk import Desk
from lambda_image.domain.channels import TOPIC, Channel, delivered_by, noted, receipts
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.evidence import Place, ServiceMapping, place_of
from lambda_image.domain.incident import History, Task
from lambda_image.domain.noise import Spike
from lambda_image.domain.notification import Notification, Outcome, Telling
from lambda_image.domain.severity import Severity
from lambda_image.domain.severity import severity as severity_of
from lambda_image.steps.telling.notice import UNDIAGNOSED
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, incident, intake
from tests.fakes.ledger import MemoryLedger
from tests.fakes.stores import MemoryNotifier, MemoryTraces

CASE = incident()


def outcome() -> Outcome:
    """Two messages."""
    first, second = (
        Notification(each, CASE.fingerprint, CASE.thread_id, "new", each, "text") for each in ("n1", "n1-2")
    )
    return Outcome(CASE.fingerprint, CASE.thread_id, Task.RESPOND, UNDIAGNOSED, first, more=(second,))


class Office:
    """A desk with three ways to people."""

    def __init__(self) -> None:
        self.clock = FixedClock(START, remaining=60)
        self.ledger = MemoryLedger(self.clock)
        self.ledger.observe(intake())
        self.ways = {name: MemoryNotifier() for name in (TOPIC, "team", "hook")}
        several = Channels([Way(name, way) for name, way in self.ways.items()], self.ledger)
        self.desk = Desk(self.clock, self.ledger, MemoryTraces(), several)

    def work(self) -> bool:
        """What `respond` does with a delivery; whether there was something to do."""
        with self.desk.claimed(CASE, Task.RESPOND) as claim:
            if claim is None:
                return False
            told = outcome()
            self.desk.publish(told, claim, CASE.event.log_group)
            self.desk.close(told, claim)
            return True

    def told(self) -> dict[str, list[str]]:
        """Who was told what."""
        return {name: [each.id for each in way.published] for name, way in self.ways.items()}


@pytest.mark.parametrize("down", [TOPIC, "team", "hook"])
@pytest.mark.parametrize("room", [0, 1])
@pytest.mark.parametrize("fault", [TransientError, PermanentError])
def test_one_that_fails_blocks_and_repeats_no_other(
    down: str, room: int, fault: type[TransientError | PermanentError]
) -> None:
    office = Office()
    office.ways[down].room, office.ways[down].fault = room, fault
    for _ in range(3):
        with pytest.raises(fault):
            office.work()
    whole = ["n1", "n1-2"]
    assert office.told() == {name: whole[:room] if name == down else whole for name in office.ways}
    office.ways[down].room = 9

    assert office.work()
    assert office.told() == dict.fromkeys(office.ways, whole)
    assert not office.work()


def test_all_that_failed_are_named_and_one_that_may_pass_decides() -> None:
    office = Office()
    for name, fault in (("team", PermanentError), ("hook", TransientError)):
        office.ways[name].room, office.ways[name].fault = 0, fault

    with pytest.raises(TransientError, match="there is no room; there is no room"):
        office.work()


def test_a_crash_between_the_answer_and_its_note_repeats_that_one_message_only() -> None:
    office = Office()
    claim = office.ledger.claim(CASE.fingerprint, Task.RESPOND, 30)
    confirm = office.ledger.confirm

    class Gone:
        """The function dies when it would note this one."""

        def confirm(self, fingerprint: str, notification_id: str) -> None:
            if notification_id == "hook:n1":
                raise KeyboardInterrupt
            confirm(fingerprint, notification_id)

    dying = Channels([Way(name, way) for name, way in office.ways.items()], Gone())
    with pytest.raises(KeyboardInterrupt):
        dying.publish(Telling(outcome(), claim.delivered))
    office.clock.advance(31)
    office.clock.left = 60

    assert office.work()
    assert office.told() == {TOPIC: ["n1", "n1-2"], "team": ["n1", "n1-2"], "hook": ["n1", "n1", "n1-2"]}


def test_a_note_that_cannot_be_kept_costs_no_delivery(capsys: pytest.CaptureFixture[str]) -> None:
    class Down:
        """A ledger that is away."""

        def confirm(self, fingerprint: str, notification_id: str) -> None:
            raise TransientError(f"no table for {notification_id} of {fingerprint}")

    way = MemoryNotifier()
    Channels([Way("team", way)], Down()).publish(Telling(outcome()))

    assert [each.id for each in way.published] == ["n1", "n1-2"]
    assert "a delivery was not noted" in capsys.readouterr().out


def test_the_topics_own_receipts_count_for_the_topic_alone() -> None:
    office = Office()
    for each in ("n1", "n1-2"):
        office.ledger.confirm(CASE.fingerprint, each)
    office.work()

    assert office.told() == {TOPIC: [], "team": ["n1", "n1-2"], "hook": ["n1", "n1-2"]}
    assert office.ledger.delivered(CASE.fingerprint) == {"n1", "n1-2"}


def test_ids_are_kept_apart() -> None:
    delivered = frozenset({"n1", noted("team", "n1"), noted("team-2", "n2"), noted(TOPIC, "n3")})

    assert delivered_by("team", delivered) == {"n1"}
    assert delivered_by(TOPIC, delivered) == {"n1", "n3"}
    assert receipts(delivered) == {"n1"}


SERVICES = (
    ServiceMapping("/aws/lambda/shop-prod*", "shop", "prod"),
    ServiceMapping("/aws/lambda/shop*", "shop", "test"),
)


@pytest.mark.parametrize(
    ("services", "environments", "heard"),
    [
        ((), (), {"/aws/lambda/shop-prod-1", "/aws/lambda/shop-1", "/team/pay", "sns", ""}),
        (("shop",), (), {"/aws/lambda/shop-prod-1", "/aws/lambda/shop-1", ""}),
        (("sh*", "pay"), ("prod",), {"/aws/lambda/shop-prod-1", ""}),
        (("pay",), (), {"/team/pay", ""}),
    ],
)
def test_a_channel_hears_of_its_services_and_environments_and_of_digests(
    services: tuple[str, ...], environments: tuple[str, ...], heard: set[str]
) -> None:
    channel = Channel("team", "teams", services=services, environments=environments)
    way = MemoryNotifier()

    def takes(telling: Telling) -> bool:
        place = place_of(telling.log_group, SERVICES) if telling.log_group else None
        return channel.takes(place, telling.severity)

    for log_group in ("/aws/lambda/shop-prod-1", "/aws/lambda/shop-1", "/team/pay", "sns", ""):
        before = len(way.published)
        Channels([Way("team", way, takes)], MemoryLedger(FixedClock())).publish(
            Telling(outcome(), log_group=log_group)
        )
        assert (len(way.published) > before) == (log_group in heard), log_group


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Channel("x", "pigeon"), "known are slack, teams, webhook, email"),
        (lambda: Channel("topic", "teams"), "no channel may be called 'topic'"),
        (lambda: Channel("a:b", "teams"), "no channel may be called 'a:b'"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(make: Callable[[], Channel], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_without_a_name_in_the_log_group_nothing_is_known() -> None:
    assert place_of("sns") == Place()


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({}, "normal"),
        ({"level": "warning"}, "low"),
        ({"level": "error", "count": 20}, "high"),
        ({"level": "warning", "count": 100}, "critical"),
        ({"level": "fatal"}, "critical"),
        ({"log_group": "sns", "lines": ("ERROR CloudWatch alarm 5xx is ALARM: high",)}, "high"),
        ({"lines": ("CloudWatch alarm 5xx is ALARM",)}, "normal"),
        ({"spike": Spike(START, 51, 10)}, "high"),
        ({"spike": Spike(START, 500, 10)}, "critical"),
        ({"history": History(1, 2, 3)}, "normal"),
        ({"history": History(1, 2, 3, "https://git.example.com/pulls/1")}, "high"),
    ],
)
def test_severity_follows_from_what_the_problem_states(changes: dict[str, Any], severity: str) -> None:
    of_event = {name: changes[name] for name in ("level", "log_group", "lines") if name in changes}
    others = {name: value for name, value in changes.items() if name not in of_event}

    assert severity_of(replace(CASE, event=replace(CASE.event, **of_event), **others)) == severity


@pytest.mark.parametrize(("least", "heard"), [("low", 3), ("normal", 2), ("high", 1), ("critical", 0)])
def test_a_channel_hears_of_nothing_below_its_bound_but_of_what_becomes_of_it(least: str, heard: int) -> None:
    channel, way = Channel("team", "teams", severity=Severity(least)), MemoryNotifier()
    ways = Channels(
        [Way("team", way, lambda each: channel.takes(None, each.severity))], MemoryLedger(FixedClock())
    )
    for severity in (Severity.LOW, Severity.NORMAL, Severity.HIGH):
        ways.publish(Telling(outcome(), severity=severity))
    assert len(way.published) == 2 * heard
    ways.publish(Telling(outcome(), frozenset({noted("team", "n0")}), severity=Severity.LOW))

    assert len(way.published) == 2 * heard + 2
