"""What every memory does: in memory, on moto, and on a real DynamoDB Local."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from lambda_image.adapters.dynamodb.memory import DynamoMemory
from lambda_image.domain.lessons import ENOUGH, KEPT, NOTE, Lesson, Record, Subject, Verdict
from lambda_image.ports import Memory
from tests.contract.conftest import TABLES, fresh_table
from tests.fakes.clock import FixedClock
from tests.fakes.events import START
from tests.fakes.memory import MemoryOfLessons

SHOP = Subject("v1-0123456789abcdef", "shop", "ZeroDivisionError")
OTHER = replace(SHOP, fingerprint="v1-fedcba9876543210")


@pytest.fixture
def clock() -> FixedClock:
    """Time ahead of ours: DynamoDB Local deletes what has outlived its TTL."""
    return FixedClock(START + 3_650 * 86_400_000)


@pytest.fixture(params=TABLES)
def memory(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[Memory]:
    """Each memory in turn."""
    if request.param == "memory":
        yield MemoryOfLessons()
    elif request.param == "moto":
        with mock_aws():
            yield DynamoMemory(fresh_table(clock), clock)
    else:
        yield DynamoMemory(fresh_table(clock, request.getfixturevalue("dynamodb_local")), clock)


def lesson(number: int = 1, verdict: Verdict = Verdict.RIGHT, **changes: object) -> Lesson:
    """The nth answer, judged."""
    return replace(Lesson(f"v1-a-{number}", verdict, START + number), **changes)  # type: ignore[arg-type]


def test_nothing_is_remembered_at_first(memory: Memory) -> None:
    remembered = memory.recall(SHOP)

    assert (remembered.of_problem, remembered.of_kind, remembered.record) == ((), (), None)


def test_a_lesson_is_remembered_whole_for_its_problem_and_for_its_kind(memory: Memory) -> None:
    told = lesson(
        cause="an empty order", note="\ud55c\u2028 'quoted' \\ " + "x" * NOTE, pull_request_url="https://h/1"
    )
    memory.learn(SHOP, told)

    assert memory.recall(SHOP).of_problem == (told,)
    assert memory.recall(OTHER).of_problem == ()
    assert memory.recall(OTHER).of_kind == (told,)
    assert memory.recall(replace(OTHER, service="billing")).of_kind == ()
    assert memory.recall(replace(OTHER, kind="KeyError")).of_kind == ()


def test_the_last_verdict_on_an_answer_holds_and_is_counted_once(memory: Memory) -> None:
    memory.learn(SHOP, lesson(verdict=Verdict.RIGHT, cause="an empty order", pull_request_url="https://h/1"))
    memory.learn(SHOP, lesson(verdict=Verdict.WRONG, note="it was the DNS"))
    (kept,) = memory.recall(SHOP).of_kind

    assert (kept.verdict, kept.note, kept.cause) == (Verdict.WRONG, "it was the DNS", "an empty order")
    assert kept.pull_request_url == "https://h/1"


def test_the_newest_lessons_are_kept_and_the_record_is_theirs(memory: Memory) -> None:
    for number in range(KEPT + 5):
        memory.learn(SHOP, lesson(number, Verdict.WRONG if number % 10 == 0 else Verdict.RIGHT))
    remembered = memory.recall(SHOP)

    assert len(remembered.of_kind) == KEPT
    assert remembered.of_kind[0].work_id == f"v1-a-{KEPT + 4}"
    assert remembered.record == Record(KEPT - 2, KEPT)


def test_a_record_needs_enough_judgements_and_open_ones_are_none(memory: Memory) -> None:
    for number in range(ENOUGH - 1):
        memory.learn(SHOP, lesson(number))
    memory.learn(SHOP, lesson(99, Verdict.OPEN))
    before = memory.recall(SHOP).record
    memory.learn(SHOP, lesson(ENOUGH))

    assert before is None
    assert memory.recall(SHOP).record == Record(ENOUGH, ENOUGH)


def test_all_that_is_remembered_is_read_in_one_call_however_much_it_is(clock: FixedClock) -> None:
    calls: list[str] = []
    with mock_aws():
        table = fresh_table(clock)
        memory = DynamoMemory(table, clock)
        for number in range(KEPT):
            memory.learn(SHOP, lesson(number))
        table._client.meta.events.register(
            "before-call.dynamodb.*", lambda model, **_: calls.append(model.name)
        )
        remembered = memory.recall(SHOP)

    assert len(remembered.of_kind) == KEPT
    assert calls == ["BatchGetItem"]
