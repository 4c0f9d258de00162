"""A clock that stands still until a test moves it."""

from __future__ import annotations

import math


class FixedClock:
    """Implements `Clock`."""

    def __init__(self, now: int = 1_790_000_000_000, remaining: float = math.inf) -> None:
        self.time = now
        self.left = remaining

    def now(self) -> int:
        """Milliseconds since the epoch, as set."""
        return self.time

    def remaining(self) -> float:
        """Seconds, as set."""
        return self.left

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.time += int(seconds * 1000)
        self.left -= seconds
