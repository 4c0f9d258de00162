"""Where to kill a function: before or after one of its calls to the outside, unknown to the product."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Moment = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request that a function sent out.

    `index` counts the function's calls and `invocation` its invocations, both from 1.
    `operation` is X-Amz-Target, `Action=...` of a form, or else `METHOD /path`.
    """

    function: str
    invocation: int
    index: int
    operation: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Kill `function` at its nth call (from 1) of those whose operation contains `operation`.

    `before`: the upstream never sees the call. `after`: it has answered, and the function never learns it.
    With `invocation` only the calls of that invocation are counted. A fault strikes once.
    """

    function: str
    when: Moment
    nth: int
    operation: str = ""
    invocation: int = 0

    def concerns(self, call: Call) -> bool:
        """Whether this call is counted."""
        return (
            call.function == self.function
            and self.operation in call.operation
            and self.invocation in {0, call.invocation}
        )


class FaultPlan:
    """Remembers every call and decides which is the last of its process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._indices: Counter[str] = Counter()
        self._waiting: dict[Fault, int] = {}
        self._struck: list[tuple[Fault, Call]] = []

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls so far, in the order in which they began."""
        with self._lock:
            return tuple(self._calls)

    @property
    def struck(self) -> tuple[tuple[Fault, Call], ...]:
        """The faults that have struck, each with its call."""
        with self._lock:
            return tuple(self._struck)

    def kill(self, function: str, when: Moment, nth: int, operation: str = "", invocation: int = 0) -> Fault:
        """Add a fault; its count starts with the next call."""
        fault = Fault(function, when, nth, operation, invocation)
        with self._lock:
            self._waiting[fault] = 0
        return fault

    def clear(self) -> None:
        """Forget all calls and faults, and count from 1 again."""
        with self._lock:
            self._calls.clear()
            self._indices.clear()
            self._waiting.clear()
            self._struck.clear()

    def register(self, function: str, invocation: int, operation: str) -> Moment | None:
        """Note a call; the moment at which its function has to die, or None."""
        with self._lock:
            self._indices[function] += 1
            call = Call(function, invocation, self._indices[function], operation)
            self._calls.append(call)
            due = [fault for fault in self._waiting if self._counts(fault, call)]
            for fault in due:
                del self._waiting[fault]
                self._struck.append((fault, call))
            return min((fault.when for fault in due), key=("before", "after").index, default=None)

    def _counts(self, fault: Fault, call: Call) -> bool:
        if not fault.concerns(call):
            return False
        self._waiting[fault] += 1
        return self._waiting[fault] == fault.nth
