"""A spike and a digest are told once, whatever dies in between, and the channel takes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.local.channel.schema import Accepted
from infra.local.channel.schema import check as accepted_by_channel
from lambda_image.adapters.channels.chatbot import envelope
from lambda_image.desk import Desk
from lambda_image.domain.affected import Whom
from lambda_image.domain.errors import TransientError, WorkInProgress
from lambda_image.domain.incident import Incident, Intake, Tally, Task
from lambda_image.domain.noise import Digest, HeldBack, HeldProblem, NoisePolicy, Spike
from lambda_image.domain.notification import Telling
from lambda_image.domain.storm import WAITS, Joined, Member, Shares
from lambda_image.notices import tell_digest, tell_member, tell_spike
from lambda_image.steps.telling.compose_member import compose_member
from lambda_image.steps.telling.notice import compose_digest, compose_spike
from lambda_image.steps.telling.receipt import compose_receipt
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, incident, intake
from tests.fakes.ledger import MemoryLedger
from tests.fakes.ledger_entry import Entry
from tests.fakes.stores import MemoryNotifier, MemoryTraces

HOUR = 3_600


class Dying(MemoryNotifier):
    """Publishes, and then the function is gone."""

    def publish(self, telling: Telling) -> None:
        """Keep it, and die."""
        super().publish(telling)
        raise KeyboardInterrupt


class Office:
    """A ledger with room for one, and two problems in a storm."""

    def __init__(self) -> None:
        self.clock = FixedClock(START, remaining=60)
        self.ledger = MemoryLedger(self.clock, NoisePolicy(problems=1))
        self.traces = MemoryTraces()
        both = (intake(fingerprint="v1-a"), intake(fingerprint="v1-b", count=4))
        storm = Intake("d1", tuple(each.sightings[0] for each in both))
        _, self.digest = self.ledger.observe(storm)

    def tell(self, notifier: MemoryNotifier) -> bool:
        """One delivery of the digest's message."""
        self.clock.left = 60.0
        assert isinstance(self.digest, Digest)
        desk = Desk(self.clock, self.ledger, self.traces, notifier)
        return tell_digest(self.digest, desk, self.ledger) is not None


def test_a_digest_is_told_once_it_has_closed_and_never_again() -> None:
    office, notifier = Office(), MemoryNotifier()
    with pytest.raises(WorkInProgress, match="still runs"):
        office.tell(notifier)
    office.clock.advance(660)

    assert [office.tell(notifier), office.tell(notifier)] == [True, False]
    (card,) = notifier.published
    assert card.title == "1 new problem without a card"
    assert "1 new problem with 4 log records came without a card" in card.description
    assert "4 log records: `ZeroDivisionError: division by zero` (v1-b)" in card.description


def test_a_digest_whose_function_died_after_it_was_published_is_not_told_again() -> None:
    office, dying, notifier = Office(), Dying(), MemoryNotifier()
    office.clock.advance(660)
    with pytest.raises(KeyboardInterrupt):
        office.tell(dying)
    office.ledger.confirm(office.digest.fingerprint, dying.published[0].id)
    with pytest.raises(WorkInProgress):
        office.tell(notifier)
    office.clock.advance(100)

    assert office.tell(notifier)
    assert notifier.published == []


def test_a_digest_says_after_a_crash_what_it_was_to_say_before() -> None:
    office, notifier = Office(), MemoryNotifier()
    office.clock.advance(660)

    class Down(MemoryNotifier):
        def publish(self, telling: Telling) -> None:
            super().publish(telling)
            raise TransientError("the topic is down")

    down = Down()
    with pytest.raises(TransientError):
        office.tell(down)
    office.clock.advance(HOUR)
    office.tell(notifier)

    assert notifier.published == down.published


def spiking(at: int = START) -> Incident:
    return replace(incident(), spike=Spike(at, 51, 10))


def test_a_spike_is_told_once_in_the_thread_of_its_problem() -> None:
    clock, notifier = FixedClock(START, remaining=60), MemoryNotifier()
    ledger = MemoryLedger(clock)
    desk = Desk(clock, ledger, MemoryTraces(), notifier)
    ledger.observe(intake())

    assert tell_spike(spiking(), desk) is not None
    assert tell_spike(spiking(), desk) is None
    (card,) = notifier.published
    assert card.thread_id == incident().thread_id
    assert (
        "51 times in the hour from Sep 21, 2026 14:00 UTC. At most 10 times in an hour of the day before."
        in (card.description)
    )


def test_each_spike_has_a_message_of_its_own() -> None:
    ids = {
        outcome.notification.id
        for at in (START, START + 1)
        if (outcome := compose_spike(spiking(at), Spike(at, 51, 0))).notification
    }

    assert len(ids) == 2


def together() -> tuple[Desk, MemoryNotifier, Incident, Incident]:
    """Two problems of one request."""
    clock, notifier = FixedClock(START, remaining=60), MemoryNotifier()
    ledger = MemoryLedger(clock)
    request = [(Whom.REQUESTS, "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77")]
    names = "v1-a", "v1-b"
    both = Intake("d1", tuple(intake(fingerprint=name, named=request).sightings[0] for name in names))
    first, second = ledger.observe(both)
    assert isinstance(first, Incident)
    assert isinstance(second, Incident)
    return Desk(clock, ledger, MemoryTraces(), notifier), notifier, first, second


def test_a_member_is_told_once_in_the_thread_of_the_first_when_that_was_answered() -> None:
    desk, notifier, first, second = together()
    with pytest.raises(WorkInProgress, match="v1-a is not answered yet"):
        tell_member(second, desk)
    desk.ledger.complete(desk.ledger.claim("v1-a", Task.RESPOND, 60))

    assert [tell_member(second, desk) is not None for _ in range(2)] == [True, False]
    (card,) = notifier.published
    assert (card.thread_id, card.fingerprint, card.actions) == (first.thread_id, "v1-b", ())
    assert "Shares a request id with `ZeroDivisionError: division by zero`." in card.description
    assert "`tracemend split v1-b` takes it out of this incident." in card.description
    assert tell_member(first, desk) is None


def test_a_member_is_told_the_last_time_that_it_is_tried_whatever_became_of_the_first() -> None:
    desk, notifier, _, second = together()

    assert tell_member(second, desk, final=True)
    assert [each.event_type for each in notifier.published] == ["tracemend.joined"]


def test_what_was_queued_of_a_thread_that_is_old_takes_the_work_from_nobody() -> None:
    desk, notifier, _, second = together()
    desk.ledger.complete(desk.ledger.claim("v1-a", Task.RESPOND, 60))
    assert isinstance(desk.ledger, MemoryLedger)
    desk.ledger.split("v1-b")
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(1)
    (again,) = desk.ledger.observe(intake("d2", "v1-b"))

    assert (tell_member(second, desk), notifier.published) == (None, [])
    with desk.claimed(second, Task.REPAIR) as claim:
        assert claim is None
    assert isinstance(again, Incident)
    for task in (Task.RESPOND, Task.REPAIR):
        with desk.claimed(again, task) as claim:
            assert claim


def test_a_spike_of_a_member_stays_in_the_thread_and_has_no_buttons_of_the_first() -> None:
    *_, first, second = together()
    card = compose_spike(replace(second, spike=Spike(START, 51, 10)), Spike(START, 51, 10)).card

    assert card
    assert (card.thread_id, card.actions) == (first.thread_id, ())
    assert (second.delay, replace(second, spike=Spike(START, 51, 10)).delay, first.delay) == (WAITS, 0, 0)


def test_a_large_incident_names_some_of_its_members_and_counts_the_rest() -> None:
    *_, second = together()
    assert second.joined
    members = tuple(Member(f"v1-{number}", f"Problem {number}", "/ecs/shop") for number in range(20))
    card = compose_member(replace(second, members=members), second.joined)

    assert card.notification
    assert "22 problems in this incident" in card.notification.summary
    assert "\u2022 `Problem 19` in shop (v1-19)" in card.notification.description
    assert "Problem 9`" not in card.notification.description
    assert "And 10 more; `tracemend status` lists what is remembered." in card.notification.description


def test_the_channel_takes_notices_of_any_text_and_size() -> None:
    hostile = "<!channel> @here *b* `c` ``` https://evil.example.com/x </log>" * 5
    top = tuple(HeldProblem(f"v1-{number}", hostile, 9 - number) for number in range(9))
    event = replace(incident().event, exception_type=hostile, log_group="/ecs/" + "x" * 500)
    joined = Joined("v1-a", "v1-a-1", Shares.DEPLOYMENT, hostile, hostile, hostile)
    members = [Member(f"v1-{number}", hostile, hostile) for number in range(20)]
    outcomes = (
        compose_digest(Digest("digest-1", 1, 600_001), HeldBack(100_000, 5_000_000, top)),
        compose_spike(replace(incident(), event=event), Spike(START, 10**9, 10**6)),
        compose_member(replace(incident(), event=event, members=tuple(members)), joined),
    )

    for outcome in outcomes:
        assert outcome.notification
        verdict = accepted_by_channel(envelope(outcome.notification))
        assert isinstance(verdict, Accepted), verdict
        assert "<!channel>" not in outcome.notification.description + outcome.notification.title
    assert "99,991 more" in outcomes[0].notification.description  # type: ignore[union-attr]


def test_a_digest_is_a_task_of_its_own() -> None:
    assert compose_digest(Digest("digest-1", 1, 2), HeldBack(1, 1, ())).task is Task.DIGEST


def test_the_receipt_of_a_day_says_what_was_held_back_and_why() -> None:
    office, notifier = Office(), MemoryNotifier()
    day = Digest("digest-day-20000", 20_000 * 86_400_000, 20_001 * 86_400_000, daily=True)
    rules = {"known": 400, "excluded by pattern a": 1, "excluded by pattern b": 2, "not an error": 11_000}
    outcome = compose_receipt(day, Tally(11_404, 1, rules, 6))

    assert outcome.notification
    assert isinstance(accepted_by_channel(envelope(outcome.notification)), Accepted)
    assert outcome.notification.title == "Oct 4, 2024: 11,404 log records, 6 messages"
    assert outcome.notification.summary.startswith(
        "11,000 log records: no error \u00b7 400 log records: of problems"
    )
    assert "\u2022 3 log records: left out by a pattern" in outcome.notification.description
    office.ledger.entries[day.fingerprint] = Entry()
    assert tell_digest(day, Desk(office.clock, office.ledger, office.traces, notifier), office.ledger)
    assert [each.title for each in notifier.published] == ["Oct 4, 2024: 0 log records, 0 messages"]
