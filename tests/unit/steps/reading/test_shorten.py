"""Whatever a log holds, an incident fits into a DynamoDB item and an SQS message."""

from __future__ import annotations

import pytest

from lambda_image.domain.events import Frame
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.shorten import shorten
from lambda_image.steps.reading.understand import text_delivery, understand
from lambda_image.wire import encode
from tests.fakes.events import redacted_event

ITEM = 400 * 1024


def test_an_ordinary_event_is_left_alone() -> None:
    assert shorten(redacted_event()) == redacted_event()


@pytest.mark.parametrize("text", ["x", "\U0001f600", "\0"])
@pytest.mark.parametrize(("length", "count"), [(30_000, 12), (4_000, 60), (90, 500)])
def test_a_huge_event_fits_into_an_item(text: str, length: int, count: int) -> None:
    line = text * length
    event = redacted_event(message=line, lines=(line,) * count, context=(line,) * 9)

    assert len(encode(shorten(event)).encode()) < ITEM


def test_the_largest_log_event_is_one_incident() -> None:
    seen = understand(text_delivery("ERROR KeyError: " + "é" * 500_000), IntakePolicy())

    (sighting,) = seen.sightings
    assert len(encode(sighting.sample).encode()) < ITEM
    assert "left out" in sighting.sample.lines[0]


SECRET = "AKIA" + "Q7RZT3NYV5KXWMLJ"


@pytest.mark.parametrize("edge", [2_000, 3_000, 42_000, 43_000])
@pytest.mark.parametrize("shift", [-20, -4, 4])
def test_no_part_of_a_secret_is_left_where_a_huge_line_is_cut(edge: int, shift: int) -> None:
    fill = "lorem ipsum " * 5_000
    line = f"ERROR {fill[: edge + shift - 6]} {SECRET} {fill}"
    mirrored = f"ERROR {fill} {SECRET} {fill[: edge - 2_000 + shift]}"
    for text in (line, mirrored, f"{line}\n  at x ({SECRET})"):
        (sighting,) = understand(text_delivery(text.replace("\n", "\r")), IntakePolicy()).sightings

        told = encode(sighting.sample) + encode(sighting.told)
        assert not any(SECRET[at : at + 8] in told for at in range(len(SECRET) - 7))


def test_a_huge_line_of_secrets_is_not_redacted_as_a_whole() -> None:
    """Counted in redactions and not in seconds: what cannot be kept is never looked at."""
    (sighting,) = understand(text_delivery("ERROR " + f"{SECRET} " * 40_000), IntakePolicy()).sightings

    assert 0 < sighting.sample.redactions < 10_000
    assert SECRET not in encode(sighting.sample)


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
