"""What each button does, and that it does it once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest

from lambda_image.domain.action import Verb
from lambda_image.domain.diagnosis import DiagnosisDraft, Fault
from lambda_image.domain.errors import InputRefused, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.lessons import Lesson, Verdict
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Basis
from lambda_image.steps.action_token import sign
from lambda_image.steps.answering.recall import subject_of
from lambda_image.steps.cards.slack import reply_messages
from lambda_image.steps.telling.decide import decide
from lambda_image.talking.chat import Counter, in_words, press
from lambda_image.talking.questions import Archive
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake
from tests.fakes.evidence import evidence
from tests.fakes.fixes import MemoryFixes
from tests.fakes.memory import MemoryOfLessons
from tests.fakes.situations import CLAIMS
from tests.fakes.stores import MemoryTraces

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
        self.ledger = MemoryFixes(self.clock)
        (opened,) = self.ledger.observe(intake("d1", fingerprint=FP))
        assert isinstance(opened, Incident)
        self.incident = opened
        self.ledger.complete(self.ledger.claim(FP, Task.RESPOND, 60))
        self.incidents, self.repairs = Queue(), Queue()
        self.traces, self.memory = MemoryTraces(), MemoryOfLessons()
        self.traces.save(decide(Basis(self.incident, evidence(), DiagnosisDraft(CLAIMS, Fault.CODE, (), ()))))
        self.counter = Counter(
            self.clock,
            self.ledger,
            self.ledger,
            self.incidents,
            self.repairs,
            lambda: "key",
            Archive(self.traces, self.ledger.incident),
            self.memory,
            self.ledger,
        )

    def press(self, verb: Verb, words: str = "", by: str = "") -> str:
        expires = self.clock.now() // 1_000 + 60
        token = sign(verb, self.incident.thread_id, expires, b"key")
        return in_words(press(verb, f"{token} {words}", self.counter, by))

    @property
    def learned(self) -> tuple[Lesson, ...]:
        return self.memory.recall(subject_of(self.incident)).of_problem


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


def test_another_round_that_could_not_be_queued_is_queued_by_the_next_press() -> None:
    desk = Desk()
    desk.incidents.broken = True
    with pytest.raises(TransientError):
        desk.press(Verb.ANALYSE)
    desk.incidents.broken = False
    desk.press(Verb.ANALYSE)
    (again,) = desk.incidents.sent

    assert isinstance(again, Incident)
    assert again.round == 1


def test_a_problem_that_is_being_analysed_is_not_queued_twice_and_the_button_stays_alive() -> None:
    desk = Desk()
    desk.ledger.reopen(FP)
    desk.ledger.claim(FP, Task.RESPOND, 60)
    said = desk.press(Verb.ANALYSE)
    desk.clock.advance(61)
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

    assert problem.muted_until == desk.clock.now() + 86_400_000
    assert f"tracemend unmute {FP}" in said[0]
    assert desk.ledger.entries[FP].asked == {Verb.MUTE: 1, Verb.WRONG: 1, Verb.WORKED: 1}


def test_who_pressed_is_said_and_kept() -> None:
    desk = Desk()
    other = "v1-fedcba9876543210"
    desk.ledger.observe(intake("d2", fingerprint=other))
    said = desk.press(Verb.MUTE, by="ada (U1)")
    desk.press(Verb.MERGE, other, "eve (U2)")
    (problem,) = (each for each in desk.ledger.problems() if each.fingerprint == FP)

    assert said.endswith("Asked by ada (U1).")
    assert (problem.muted_by, problem.merged_by) == ("ada (U1)", "eve (U2)")
    assert [(each.verb, each.by) for each in problem.asked] == [
        (Verb.MERGE, "eve (U2)"),
        (Verb.MUTE, "ada (U1)"),
    ]


def test_what_is_merged_is_muted_where_it_is_counted() -> None:
    desk = Desk()
    other = "v1-fedcba9876543210"
    desk.ledger.observe(intake("d2", fingerprint=other))
    desk.press(Verb.MERGE, f"it is `{other}`")
    said = desk.press(Verb.SNOOZE, "2h a known bug")

    assert f"with {other}" in said
    assert desk.ledger.entries[other].mute_reason == "a known bug"
    assert not desk.ledger.entries[FP].mute_reason


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


def test_a_wrong_answer_is_learned_and_its_correction_is_typed_with_the_token_that_was_told() -> None:
    desk = Desk()
    said = desk.press(Verb.WRONG)
    command = re.search(r"`@Amazon Q run tracemend-bad (\S+) what was right`", said)
    assert command
    then = press(Verb.WRONG, f"{command[1]} the DNS of\nthe warehouse", desk.counter)
    again = press(Verb.WRONG, f"{command[1]} the DNS of\nthe warehouse", desk.counter)
    (lesson,) = desk.learned

    assert (lesson.verdict, lesson.note) == (Verdict.WRONG, "the DNS of the warehouse")
    assert "correction is quoted" in then.text
    assert "asked before" in again.text


def test_what_worked_is_learned_with_its_cause() -> None:
    desk = Desk()
    desk.press(Verb.WORKED)
    (lesson,) = desk.learned

    assert (lesson.verdict, lesson.cause) == (Verdict.RIGHT, CLAIMS[0].text)


def test_an_answer_whose_trace_is_gone_is_counted_and_nothing_is_learned() -> None:
    desk = Desk()
    desk.traces.kept.clear()

    assert "Noted" in desk.press(Verb.WORKED)
    assert desk.learned == ()


def test_questions_are_answered_in_the_thread_and_say_how_to_ask_more() -> None:
    desk = Desk()
    why, changed, manager = (
        desk.press(Verb.ASK),
        desk.press(Verb.ASK, "what changed"),
        desk.press(Verb.MANAGER),
    )

    assert "total divides by len(prices)" in why
    assert "@Amazon Q run tracemend-ask v1-" in why
    assert "Ada" in changed
    assert "Seen once" in manager


@pytest.mark.parametrize(
    ("words", "hours", "reason"), [("", 4, "muted in the channel"), ("2d a known bug", 48, "a known bug")]
)
def test_a_problem_is_muted_for_as_long_and_for_the_reason_that_was_typed(
    words: str, hours: int, reason: str
) -> None:
    desk = Desk()
    desk.press(Verb.SNOOZE, words)
    (problem,) = desk.ledger.problems()

    assert problem.muted_until == desk.clock.now() + hours * 3_600_000
    assert problem.mute_reason == reason


def test_a_length_of_time_that_is_none_is_refused_and_may_be_typed_again() -> None:
    desk = Desk()
    for _ in range(2):
        with pytest.raises(InputRefused, match="no length of time"):
            desk.press(Verb.SNOOZE, "tomorrow")
    assert not desk.ledger.entries[FP].asked[Verb.SNOOZE]


def test_a_problem_is_merged_with_another_and_split_by_the_command_that_was_told() -> None:
    desk = Desk()
    other = "v1-fedcba9876543210"
    desk.ledger.observe(intake("d2", fingerprint=other))
    said = desk.press(Verb.MERGE, other)
    merged = desk.ledger.entries[FP].merged_into
    command = re.search(r"`@Amazon Q run tracemend-cut (\S+ again)`", said)
    assert command
    press(Verb.SPLIT, command[1], desk.counter)

    assert merged == other
    assert desk.ledger.entries[FP].merged_into == ""


@pytest.mark.parametrize("other", ["", "v1-unknown", FP])
def test_what_is_no_other_problem_is_refused_and_nothing_is_merged(other: str) -> None:
    desk = Desk()
    with pytest.raises(InputRefused):
        desk.press(Verb.MERGE, other)

    assert desk.ledger.entries[FP].merged_into == ""


@pytest.mark.parametrize("verb", [Verb.ASK, Verb.MANAGER])
def test_what_a_log_says_calls_nobody_whoever_shows_the_answer(verb: Verb) -> None:
    desk = Desk()
    loud = "<!channel> <@U123> @here [x](https://evil.example.com)"
    event = replace(desk.incident.event, message=loud, lines=(f"ValueError: {loud}",))
    incident = replace(desk.incident, event=event)
    desk.traces.save(decide(Basis(incident, evidence(), DiagnosisDraft((), Fault.UNKNOWN, (), ()))))
    token = sign(verb, incident.thread_id, desk.clock.now() // 1_000 + 60, b"key")
    said = press(verb, token, desk.counter)
    (message,) = reply_messages(said)

    assert not {"<!channel>", "<@U123>", "@here "} & set(re.findall(r"<\S+?>|@\w+ ", in_words(said)))
    assert "<!channel>" not in message["text"]
    assert {each["type"] for each in message["blocks"]} <= {"header", "rich_text", "section"}
    assert all("<" not in each["text"]["text"] for each in message["blocks"] if each["type"] == "section")
