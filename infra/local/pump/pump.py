"""What all pumps share: a thread that repeats one step, quickly while there is work, and ends cleanly."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from botocore.exceptions import BotoCoreError, ClientError

SHORTEST_PAUSE = 0.02
LONGEST_PAUSE = 0.1
LONGEST_BACK_OFF = 2.0


class Pump(ABC):
    """Runs between `start` and `stop`, or inside `with`.

    A step that moved nothing and found nothing in flight is an idle one. After an AWS error the step is
    tried again; `failure` is why the latest step failed, empty when it did not.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.failure = ""
        self.moved = 0
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._idle_since = 0.0  # when the latest idle step began; 0 after any other step
        self._thread: threading.Thread | None = None

    @abstractmethod
    def step(self) -> int:
        """Move what can be moved now; how many items are done with."""

    @abstractmethod
    def is_drained(self) -> bool:
        """Whether nothing waits, visible or not; asked after a step that moved nothing."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to move."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the invocation under way. May be called twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def idle(self) -> bool:
        """Whether the latest step found nothing to do and nothing in flight."""
        return self._idle_since > 0

    def wait_idle(self, timeout: float) -> bool:
        """Whether a step that begins after this call is idle, within `timeout` seconds."""
        now = time.monotonic()
        with self._changed:
            return self._changed.wait_for(lambda: self._idle_since >= now, timeout)

    def pause(self, seconds: float) -> None:
        """Wait, but not longer than until `stop`."""
        self._stopping.wait(seconds)

    @property
    def stopping(self) -> bool:
        """Whether the pump has been told to stop."""
        return self._stopping.is_set()

    def _run(self) -> None:
        quiet, failures = SHORTEST_PAUSE, 0
        while not self.stopping:
            try:
                worked = self._once()
            except (BotoCoreError, ClientError) as error:
                self.failure = f"{type(error).__name__}: {error}"
                failures += 1
                self.pause(min(LONGEST_PAUSE * 2**failures, LONGEST_BACK_OFF))
                continue
            failures = 0
            quiet = SHORTEST_PAUSE if worked else min(quiet * 1.5, LONGEST_PAUSE)
            if not worked:
                self.pause(quiet)

    def _once(self) -> bool:
        begun = time.monotonic()
        self.failure = ""
        moved = self.step()
        is_idle = not moved and self.is_drained()
        with self._changed:
            self.moved += moved
            self._idle_since = begun if is_idle else 0.0
            self._changed.notify_all()
        return moved > 0


def wait_all_idle(pumps: Sequence[Pump], timeout: float) -> bool:
    """Whether all pumps are idle at once, within `timeout` seconds: one round of waiting moved nothing."""
    deadline = time.monotonic() + timeout
    while True:
        before = [pump.moved for pump in pumps]
        for pump in pumps:
            if not pump.wait_idle(max(deadline - time.monotonic(), 0)):
                return False
        if [pump.moved for pump in pumps] == before:
            return True
