"""What somebody describes is found in the ledger or in the logs, counted once, and analysed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from lambda_image.adapters.intake_function import IntakeFunction, batch
from lambda_image.adapters.log_search import EVENTS, PAGES, CloudWatchSearch
from lambda_image.adapters.retry import Retry
from lambda_image.domain.action import Verb
from lambda_image.domain.card import Said
from lambda_image.domain.errors import InputRefused, TransientError
from lambda_image.domain.incident import Incident, Task
from lambda_image.domain.noise import NoisePolicy
from lambda_image.domain.records import LogRecord
from lambda_image.steps.action_token import read, sign
from lambda_image.steps.reading.decode import decode
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from lambda_image.talking.chat import press
from lambda_image.talking.describing import Describing
from lambda_image.talking.looking import Looking
from tests.fakes.actions import MemoryActions
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake
from tests.unit.talking.test_chat import Desk

KEY = "key"
LINES = (
    "INFO Warehouse is told of order 17",
    "[ERROR] WarehouseUnreachable: the warehouse of ada@example.com is not reachable",
    "[ERROR] ImageTooLarge: picture 9 is too large",
)
TRACE = """Traceback (most recent call last):
  File "/var/task/app.py", line 3, in handler
    ask(order)
WarehouseUnreachable: {}"""


def record(at: int, message: str, group: str = "/g") -> LogRecord:
    """A log event."""
    return LogRecord(group, "s", START - 60_000 + at, f"{at:056}", message)


@dataclass
class Logs:
    """Implements `LogSearch`."""

    records: Sequence[LogRecord] = tuple(record(at, each) for at, each in enumerate(LINES))
    groups: tuple[str, ...] = ("/g",)
    asked: list[tuple[tuple[str, ...], int]] = field(default_factory=list)

    def found(self, words: Sequence[str], since: int) -> tuple[LogRecord, ...]:
        """All of them."""
        self.asked.append((tuple(words), since))
        return tuple(each for each in self.records if each.timestamp >= since)


class Room:
    """The form, `chat` behind it, and `intake` behind that."""

    def __init__(self, logs: Logs | None = None) -> None:
        self.clock = FixedClock(START)
        self.ledger = MemoryActions(self.clock, NoisePolicy(problems=1_000))
        self.logs = logs or Logs()
        self.pressed: list[tuple[str, str]] = []
        self.looking = Looking(self.clock, self.logs, self.count, self.known)
        self.describe = Describing(self.clock, self.ledger, self.press, lambda: KEY)

    def count(self, records: Sequence[LogRecord]) -> None:
        """What `intake` does."""
        for delivery in decode(batch(records)):
            self.ledger.observe(understand(delivery, IntakePolicy()))  # type: ignore[arg-type]

    def known(self, fingerprint: str) -> Incident | None:
        """What the ledger has of it."""
        entry = self.ledger.entries.get(fingerprint)
        return entry.incident() if entry else None

    def press(self, verb: str, said: str, by: str) -> Said:
        """What `chat` does."""
        request = read(Verb(verb), said, START // 1_000, KEY.encode())
        self.pressed.append((verb, by))
        if verb == Verb.LOOK:
            seconds, _, description = request.text.partition(" ")
            return Said(self.looking(description, int(seconds)))
        return Said("It is analysed again.")

    def answered(self) -> None:
        """All that is known."""
        for each in self.ledger.problems():
            self.ledger.complete(self.ledger.claim(each.fingerprint, Task.RESPOND, 60))


def test_what_was_never_counted_is_found_in_the_logs_and_becomes_a_problem_once() -> None:
    room = Room()
    said = [room.describe("Warehouse unreachable, WarehouseUnreachable?", 3_600, "ada") for _ in range(2)]
    (problem,) = room.ledger.problems()

    assert all("card comes into the channel" in each for each in said)
    assert "WarehouseUnreachable" in problem.title
    assert problem.count == 1
    assert [verb for verb, _ in room.pressed] == [Verb.LOOK]
    assert room.logs.asked[0] == (("WarehouseUnreachable", "Warehouse", "unreachable"), START - 450_000)
    assert "ada@example.com" not in said[0]


def test_a_problem_that_is_known_and_answered_is_analysed_again_in_its_thread() -> None:
    room = Room()
    room.ledger.observe(intake("d1"))
    room.answered()
    said = room.describe("a ZeroDivisionError in the shop", 3_600, "ada (U1)")

    assert "It is analysed again" in said
    assert room.pressed == [(Verb.ANALYSE, "ada (U1)")]


def test_a_later_error_of_a_known_problem_is_that_problem_and_not_counted_again() -> None:
    room = Room(Logs((record(1, TRACE.format("the branch in Kyoto is shut")),)))
    room.count([record(0, TRACE.format("no answer"))])
    room.answered()
    said = room.describe("the Kyoto branch", 3_600, "ada")
    (problem,) = room.ledger.problems()

    assert [verb for verb, _ in room.pressed] == [Verb.LOOK, Verb.ANALYSE]
    assert problem.fingerprint in said
    assert problem.count == 1


def test_what_is_counted_as_another_problem_is_analysed_as_that_and_not_counted_again() -> None:
    room = Room()
    room.describe("WarehouseUnreachable", 3_600, "ada")
    room.ledger.observe(intake("d1"))
    room.answered()
    (merged,) = (each for each in room.ledger.problems() if "Warehouse" in each.title)
    (other,) = (each for each in room.ledger.problems() if each != merged)
    assert room.ledger.merge(merged.fingerprint, other.fingerprint)
    room.pressed.clear()
    said = room.describe("WarehouseUnreachable", 3_600, "ada")

    assert [verb for verb, _ in room.pressed] == [Verb.ANALYSE]
    assert other.fingerprint in said
    assert room.ledger.tally().records == 2


def test_of_several_that_fit_equally_none_is_analysed_and_all_are_listed() -> None:
    room = Room()
    for name in ("v1-0000000000000001", "v1-0000000000000002"):
        room.ledger.observe(intake(name, name))
    room.answered()
    said = room.describe("ZeroDivisionError", 3_600, "ada")

    assert said.startswith("2 problems of that time fit")
    assert room.pressed == []


@pytest.mark.parametrize(
    ("description", "seconds", "groups", "says"),
    [
        ("the sky is green", 3_600, ("/g",), "nor has an error in the 1 log groups"),
        ("Warehouse told of the order", 3_600, ("/g",), "nor has an error"),
        ("Warehouse unreachable WarehouseUnreachable", 30, ("/g",), "nor has an error"),
        ("the sky is green", 3_600, (), "the settings name no log groups"),
        ("?! \u0000", 3_600, ("/g",), "None of the 0 problems"),
    ],
)
def test_what_is_nowhere_an_error_starts_nothing(
    description: str, seconds: int, groups: tuple[str, ...], says: str
) -> None:
    room = Room(Logs(groups=groups))
    said = room.describe(description, seconds, "ada")

    assert says in said
    assert room.ledger.problems() == ()


def test_what_cannot_be_looked_for_is_said() -> None:
    room = Room()
    room.describe = Describing(
        room.clock, room.ledger, lambda *_: Said("That did not work: <!here>"), lambda: KEY
    )

    assert room.describe("the sky is green", 60, "ada") == "That did not work: &lt;!here&gt;"


def test_only_our_own_app_has_somebody_look_in_the_logs() -> None:
    desk = Desk()
    token = sign(Verb.LOOK, "form", desk.clock.now() // 1_000 + 60, b"key")

    looked = press(Verb.LOOK, f"{token} 60 words", desk.counter, "ada")
    assert json.loads(looked.text)["groups"] == 0
    for said, by in ((f"{token} 60 words", ""), (f"{token} words", "ada"), (token, "ada")):
        with pytest.raises(InputRefused):
            press(Verb.LOOK, said, desk.counter, by)


class CloudWatch:
    """Answers `FilterLogEvents` from pages, for ever the last."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.pages = list(pages)
        self.asked: list[dict[str, Any]] = []

    def filter_log_events(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]


def event(at: int) -> dict[str, Any]:
    """One of CloudWatch's."""
    return {"logStreamName": "s", "timestamp": START + at, "eventId": f"{at:056}", "message": LINES[1]}


def test_cloudwatch_is_asked_by_words_in_any_case_within_bounds() -> None:
    more = {"events": [event(at) for at in range(150)], "nextToken": "n"}
    client, clock = CloudWatch({"events": [], "nextToken": "n"}, more), FixedClock(START)
    search = CloudWatchSearch(client, ("/a", "/b"), clock, Retry(clock))
    found = search.found(("TimeOut", "\uc7ac\uace0"), START - 1)

    assert [each.log_group for each in found].count("/a") == EVENTS
    assert found[0] == LogRecord("/a", "s", START, f"{0:056}", LINES[1])
    assert client.asked[0]["filterPattern"] == '?TimeOut ?timeout ?Timeout ?"\uc7ac\uace0"'
    assert client.asked[1]["nextToken"] == "n"
    endless = CloudWatch({"events": [], "nextToken": "n"})
    assert CloudWatchSearch(endless, ("/a",), clock, Retry(clock)).found(("x",), 0) == ()
    assert len(endless.asked) == PAGES
    clock.left = 20.0
    assert CloudWatchSearch(endless, ("/a",), clock, Retry(clock)).found(("x",), 0) == ()
    assert len(endless.asked) == PAGES


def test_a_failure_of_intake_is_one_that_may_be_tried_again() -> None:
    class Functions:
        def invoke(self, **_: Any) -> dict[str, Any]:
            return {"FunctionError": "Unhandled"}

    with pytest.raises(TransientError):
        IntakeFunction(Functions(), "intake", Retry(FixedClock(), attempts=1))([record(1, LINES[1])])
