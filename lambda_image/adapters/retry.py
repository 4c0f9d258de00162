"""The only retry there is: tenacity, for transient errors, within the invocation's time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import tenacity

from lambda_image.domain.errors import TransientError
from lambda_image.ports import Clock

T = TypeVar("T")

FIRST_WAIT = 0.2
LONGEST_WAIT = 20.0


class Retry:
    """Calls a function again while it raises `TransientError`.

    Waits grow exponentially with full jitter, or are what the other side asked for. The last error
    is raised when `attempts` are used up or when the next wait would end less than `reserve`
    seconds before the deadline.
    """

    def __init__(
        self,
        clock: Clock,
        attempts: int = 5,
        reserve: float = 5.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._attempts = attempts
        self._reserve = reserve
        self._sleep = sleep
        self._jitter = tenacity.wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT)

    def __call__(self, call: Callable[[], T]) -> T:
        """The result of `call`, or its last error."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=self._stop,
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        return retrying(call)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        wished = error.retry_after if isinstance(error, TransientError) else None
        return wished if wished is not None else self._jitter(state)

    def _stop(self, state: tenacity.RetryCallState) -> bool:
        if state.attempt_number >= self._attempts:
            return True
        return self._clock.remaining() - state.upcoming_sleep < self._reserve
