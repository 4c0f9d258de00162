"""What each button does, and that it does it once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from lambda_image.chat import MUTED_FOR, Counter, press
from lambda_image.domain.action import Verb
from lambda_image.domain.errors import InputRefused, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import Digest
from lambda_image.steps.action_token import sign
from tests.fakes.actions import MemoryActions
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake

FP = "v1-0123456789abcdef"


@dataclass
class Queue:
    """Implements `WorkQueue`; `broken` refuses what is sent."""

    sent: list[Incident | Digest] = field(default_factory=list)
    broken: bool = False

    def send(self, work: Incident | Digest) -> None:
        if self.broken:
            raise TransientError("SQS: try again")
        self.sent.append(work)


class Desk:
    """An answered problem, and the counter at which its buttons are served."""

    def __init__(self) -> None:
        self.clock = FixedClock(START)
        self.ledger = MemoryActions(self.clock)
        (self.incident,) = self.ledger.observe(intake("d1", fingerprint=FP))
        self.ledger.complete(self.ledger.claim(FP, Task.RESPOND, 60))
        self.incidents, self.repairs = Queue(), Queue()
        self.counter = Counter(
            self.clock, self.ledger, self.ledger, self.incidents, self.repairs, lambda: "key"
        )

    def press(self, verb: Verb) -> str:
        expires = self.clock.now() // 1_000 + 60
        return press(verb, sign(verb, self.incident.thread_id, expires, b"key"), self.counter)


def test_analyse_again_queues_another_round_of_the_same_thread_once() -> None:
    desk = Desk()
    said = [desk.press(Verb.ANALYSE), desk.press(Verb.ANALYSE)]
    (again,) = desk.incidents.sent

    assert isinstance(again, Incident)
    assert (again.thread_id, again.round) == (desk.incident.thread_id, 1)
    assert "asked before" in said[1]


def test_a_press_that_fails_may_be_tried_again() -> None:
    desk = Desk()
    desk.repairs.broken = True
    with pytest.raises(TransientError):
        desk.press(Verb.REPAIR)
    desk.repairs.broken = False
    desk.press(Verb.REPAIR)

    assert len(desk.repairs.sent) == 1


def test_a_problem_that_is_being_analysed_is_not_queued_twice_and_the_button_stays_alive() -> None:
    desk = Desk()
    desk.ledger.reopen(FP)
    said = desk.press(Verb.ANALYSE)
    desk.ledger.complete(desk.ledger.claim(FP, Task.RESPOND, 60))
    desk.press(Verb.ANALYSE)

    assert "right now" in said
    assert len(desk.incidents.sent) == 1


def test_a_repair_that_was_tried_is_not_tried_again() -> None:
    desk = Desk()
    desk.ledger.complete(desk.ledger.claim(FP, Task.REPAIR, 60))

    assert "was tried" in desk.press(Verb.REPAIR)
    assert desk.repairs.sent == []


def test_mute_holds_for_a_day_and_what_people_said_is_counted() -> None:
    desk = Desk()
    said = [desk.press(verb) for verb in (Verb.MUTE, Verb.WRONG, Verb.WORKED)]
    (problem,) = desk.ledger.problems()

    assert problem.muted_until == desk.clock.now() + MUTED_FOR
    assert f"tracemend unmute {FP}" in said[0]
    assert desk.ledger.entries[FP].asked == {Verb.MUTE: 1, Verb.WRONG: 1, Verb.WORKED: 1}


def test_an_older_thread_has_no_say() -> None:
    desk = Desk()
    desk.clock.advance(2 * 86_400)
    desk.ledger.observe(intake("d2", fingerprint=FP))

    assert "newer card" in desk.press(Verb.MUTE)
    assert desk.ledger.problems()[0].muted_until == 0


def test_a_forged_press_reaches_no_ledger() -> None:
    desk = Desk()
    with pytest.raises(InputRefused):
        press(Verb.MUTE, "v1-0123456789abcdef-1.ff.AAAAAAAAAAAAAAAAAAAAAA", desk.counter)

    assert not desk.ledger.entries[FP].asked
