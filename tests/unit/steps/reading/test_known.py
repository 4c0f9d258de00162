"""The screen changes what is looked at, never what is found."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest

from lambda_image.domain.records import LogRecord
from lambda_image.steps.reading.assemble import (
    KNOWN,
    Again,
    Quiet,
    Screen,
    assemble_loud,
    nothing_known,
)
from lambda_image.steps.reading.detect import held_back
from lambda_image.steps.reading.known import screen
from lambda_image.steps.reading.memory import Memory
from lambda_image.steps.reading.open_block import LONG_LINE
from tests.unit.steps.traces.samples import TRACES

REQUEST = "3f6c1a52-7c0d-4a0e-9d1e-0123456789ab"
LINES = (
    "INFO  all is well",
    "2026-11-23 08:00:00,123 INFO order 17 placed\n",
    f"START RequestId: {REQUEST} Version: $LATEST\n",
    f"REPORT RequestId: {REQUEST}\tDuration: 3.51 ms\tBilled Duration: 4 ms\n",
    "ERROR count: 0",
    "ERROR count: 7",
    '{"level":30,"msg":"fine"}',
    '{"level":50,"msg":"it broke"}',
    '{"level":"info",',
    '  "msg":"in two lines"}',
    '10.0.0.1 - - [23/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 17',
    '10.0.0.1 - - [23/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 503 17',
    "WARN  retrying in 3 s",
    "    indented under whatever stood before",
    "",
    "goroutine 1 [running]:",
    "plain words",
    "ValueError: not a number",
    "\ud83d half a pair",
    "with \0 inside",
    "E1123 08:00:00.000001 1 main.go:17] it broke",
    "I1123 08:00:00.000001 1 main.go:17] fine",
    "INFO " + "x" * LONG_LINE,
)


def found(messages: Iterable[str], screen: Screen) -> tuple[int, list[tuple[str, ...]]]:
    """How many records were no error, and the errors."""
    records = (LogRecord("g", "s", 0, str(at), message) for at, message in enumerate(messages))
    held, errors = 0, []
    for each in assemble_loud(records, screen):
        if isinstance(each, Quiet):
            held += each.count
            continue
        for block in map(each.block, each.errors) if isinstance(each, Again) else [each]:
            if held_back(block):
                held += block.count
            else:
                errors.append((block.records[0].id, *block.lines, *block.context))
    return held, errors


def shuffled(seed: int) -> Sequence[str]:
    chance = random.Random(seed)  # noqa: S311
    traces = [line for text in TRACES.values() for line in (text, *text.split("\n"))]
    return [chance.choice(LINES if chance.random() < 0.8 else traces) for _ in range(400)]


@pytest.mark.parametrize("seed", range(4))
def test_the_same_errors_are_found_with_and_without_it(seed: int) -> None:
    messages = shuffled(seed)

    assert found(messages, screen(Memory())) == found(messages, nothing_known)


def test_what_closes_an_object_below_frames_is_not_known_to_begin_anew() -> None:
    messages = ["Error: x", "    at f (/a.js:1:2)", "}", "INFO fine", "}", "INFO fine"] * 2

    assert found(messages, screen(Memory())) == found(messages, nothing_known)


def test_numbers_that_tell_are_not_forgotten() -> None:
    for one, other in (
        ("ERROR count: 0", "ERROR count: 7"),
        ('{"level":30,"msg":"a"}', '{"level":50,"msg":"a"}'),
        ('"GET / HTTP/1.1" 200 17', '"GET / HTTP/1.1" 503 17'),
    ):
        assert screen(Memory())([one, other])[0] in (b"\1\0", b"\0\0")


def test_most_lines_are_known_by_others_with_other_numbers() -> None:
    lines = [f"INFO request {number} took {number % 90} ms" for number in range(1_000)]

    assert screen(Memory())(lines)[0] == bytes([KNOWN]) * 1_000
