"""What EventBridge Scheduler does at a rate: a function is invoked again and again; nobody waits for it."""

from __future__ import annotations

import json
import time

from infra.local.functions.host import FunctionHost
from infra.local.functions.spec import InvokeRefused
from infra.local.pump.pump import Pump


class Schedule(Pump):
    """Invokes a function every so many seconds, the first time after as many. It is always drained."""

    def __init__(self, functions: FunctionHost, function: str, every: float) -> None:
        super().__init__(f"schedule-{function}")
        self._functions = functions
        self._function = function
        self._every = every
        self._due = time.monotonic() + every

    def step(self) -> int:
        """Invoke it, if that is due."""
        if time.monotonic() < self._due:
            return 0
        self._due += self._every
        try:
            self._functions.invoke(self._function, b"{}", "Event")
        except InvokeRefused as refusal:
            self.failure = f"{refusal.code}: {refusal}"
        return 1

    def is_drained(self) -> bool:
        """Nothing waits here."""
        return True

    def fire(self) -> dict[str, object]:
        """Invoke it now, and wait; what it answers, or its error."""
        answered = self._functions.invoke(self._function, b"{}")
        found: dict[str, object] = json.loads(answered.payload)
        return found
