"""Whatever a log holds, an incident fits into a DynamoDB item and an SQS message."""

from __future__ import annotations

import pytest

from lambda_image.domain.events import Frame
from lambda_image.steps.policy import IntakePolicy
from lambda_image.steps.shorten import shorten
from lambda_image.steps.understand import text_delivery, understand
from lambda_image.wire import encode
from tests.fakes.events import redacted_event

ITEM = 400 * 1024


def test_an_ordinary_event_is_left_alone() -> None:
    assert shorten(redacted_event()) == redacted_event()


@pytest.mark.parametrize("text", ["x", "\U0001f600", "\0"])
@pytest.mark.parametrize(("length", "count"), [(30_000, 12), (4_000, 60), (90, 500)])
def test_a_huge_event_fits_into_an_item(text: str, length: int, count: int) -> None:
    line = text * length
    event = redacted_event(message=line, lines=(line,) * count, context=(line,) * 50)

    assert len(encode(shorten(event)).encode()) < ITEM


def test_the_largest_log_event_is_one_incident() -> None:
    seen = understand(text_delivery("ERROR KeyError: " + "é" * 500_000), IntakePolicy())

    (sighting,) = seen.sightings
    assert len(encode(sighting.sample).encode()) < ITEM
    assert "left out" in sighting.sample.lines[0]


def test_the_first_and_the_last_lines_stay() -> None:
    lines = tuple(f"{number} {'x' * 3_000}" for number in range(200))
    kept = shorten(redacted_event(lines=lines)).lines

    assert (kept[0], kept[-1]) == (lines[0], lines[-1])
    assert sum("lines left out" in line for line in kept) == 1
    assert len(kept) < 60


def test_the_innermost_and_the_outermost_frames_stay() -> None:
    frames = tuple(Frame("/app/a.py", number, "f") for number in range(250))
    kept = shorten(redacted_event(frames=frames)).frames

    assert len(kept) == 100
    assert (kept[0], kept[-1]) == (frames[0], frames[-1])
