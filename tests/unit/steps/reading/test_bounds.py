"""What is remembered of a log is bounded: by lines, by streams and by the size of a block."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from lambda_image.domain.records import LogRecord
from lambda_image.steps.reading.assemble import OPEN_STREAMS, assemble
from lambda_image.steps.reading.understand import events_of

MEGABYTES = 2**20
FRAME = '  File "/app/shop/orders.py", line 17, in place'


def peak(work: Iterable[object]) -> float:
    """The most memory in megabytes that was in use while everything was read and nothing kept."""
    tracemalloc.start()
    for _ in work:
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / MEGABYTES


def requests(size: int) -> Iterator[str]:
    for number in range(size):
        yield f"INFO request {number} took {number % 97} ms, path /orders/{number * 7}"
        if number % 100 == 0:
            yield from (
                "ERROR order failed",
                "Traceback (most recent call last):",
                FRAME,
                f"KeyError: {number}",
            )


def test_a_long_log_needs_no_more_memory_than_a_short_one() -> None:
    # Kept whole, the second log would take 5 MB more.
    short, long = peak(events_of(requests(2_000))), peak(events_of(requests(12_000)))

    assert long < short + 1


@pytest.mark.parametrize(
    ("line", "size", "most"),
    [(FRAME, 10_000, 1), (FRAME + "x" * 100_000, 200, 10)],
    ids=["many lines", "long lines"],
)
def test_a_trace_without_end_is_bounded(line: str, size: int, most: float) -> None:
    # Kept whole, each would take twice as much.
    lines = (f"{line}{at}" if at else "Traceback (most recent call last):" for at in range(size))

    assert peak(events_of(lines)) < most


def test_many_interleaved_streams_are_bounded() -> None:
    records = (
        LogRecord("g", str(at % 1_000), 0, str(at), "ERROR it broke in a line of some length " * 5)
        for at in range(5_000)
    )

    assert peak(assemble(records)) < 1


def test_a_stream_that_is_closed_early_loses_no_record() -> None:
    records = [LogRecord("g", str(at % (3 * OPEN_STREAMS)), 0, str(at), "ERROR x") for at in range(1_000)]

    assert sum(block.count for block in assemble(records)) == 1_000
