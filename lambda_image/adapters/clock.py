"""The clock of an invocation and the clock of the command line."""

from __future__ import annotations

import math
import time
from typing import Protocol


class LambdaContext(Protocol):
    """The part of the Lambda context object that we read."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is stopped."""


class InvocationClock:
    """Time within a Lambda invocation; a warm process begins one after the other."""

    def __init__(self) -> None:
        self._context: LambdaContext | None = None

    def begin(self, context: LambdaContext) -> None:
        """From here on the deadline is that of this invocation."""
        self._context = context

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def remaining(self) -> float:
        """Seconds until the function is stopped; infinite before the first invocation."""
        if self._context is None:
            return math.inf
        return self._context.get_remaining_time_in_millis() / 1000


class WallClock:
    """Time without a deadline."""

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000

    def remaining(self) -> float:
        """Infinite: nobody stops the command line."""
        return math.inf
