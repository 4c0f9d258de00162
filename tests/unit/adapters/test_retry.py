"""The one retry: transient errors only, within attempts and time, without ever sleeping in a test."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError, TransientError
from tests.fakes.clock import FixedClock


def failing(times: int, error: Exception) -> Callable[[], str]:
    """A call that fails so often before it succeeds."""
    left = [times]

    def call() -> str:
        if left[0]:
            left[0] -= 1
            raise error
        return "done"

    return call


def test_transient_errors_are_tried_again_with_growing_waits() -> None:
    slept: list[float] = []
    retry = Retry(FixedClock(), attempts=5, sleep=slept.append)

    assert retry(failing(2, TransientError("throttled"))) == "done"
    assert len(slept) == 2


def test_the_last_error_is_raised_when_attempts_are_used_up() -> None:
    slept: list[float] = []

    with pytest.raises(TransientError, match="still down"):
        Retry(FixedClock(), attempts=3, sleep=slept.append)(failing(9, TransientError("still down")))

    assert len(slept) == 2


def test_permanent_errors_are_not_tried_again() -> None:
    slept: list[float] = []

    with pytest.raises(PermanentError):
        Retry(FixedClock(), sleep=slept.append)(failing(1, PermanentError("denied")))

    assert slept == []


def test_the_other_side_may_say_how_long_to_wait() -> None:
    slept: list[float] = []
    Retry(FixedClock(), sleep=slept.append)(failing(1, TransientError("429", retry_after=7.5)))

    assert slept == [7.5]


def test_no_wait_begins_that_would_not_leave_time_to_finish() -> None:
    slept: list[float] = []
    retry = Retry(FixedClock(remaining=10), reserve=5, sleep=slept.append)

    with pytest.raises(TransientError):
        retry(failing(1, TransientError("429", retry_after=6)))

    assert slept == []
