"""One deployed function: a pool of warm processes, as many at once as its reserved concurrency."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from uuid import uuid4

from infra.local.functions.sandbox import Sandbox, Surroundings
from infra.local.functions.spec import FunctionSpec, Invocation, InvokeResult, TooManyRequests

KILL_AGAIN_SECONDS = 0.05


class Function:
    """Runs invocations in warm processes, or in new ones; the next invocation replaces a dead one."""

    def __init__(self, spec: FunctionSpec, around: Surroundings) -> None:
        self.spec = spec
        self._around = around
        self._changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._idle: list[Sandbox] = []
        self._busy: set[Sandbox | str] = set()
        self._closed = False

    def invoke(self, payload: bytes) -> InvokeResult:
        """Run one invocation to its end. Raises TooManyRequests."""
        invocation = Invocation(str(uuid4()), _trace_id(), payload, next(self._numbers))
        sandbox = self._take(invocation.request_id)
        try:
            return sandbox.run(invocation)
        finally:
            self._give_back(sandbox)

    def kill(self) -> int:
        """Kill the processes that are at work; how many."""
        with self._changed:
            working = [each for each in self._busy if isinstance(each, Sandbox)]
            for each in working:
                each.kill()
            return len(working)

    def close(self) -> None:
        """End all processes; those at work are killed, and their invocations end in an error."""
        with self._changed:
            self._closed = True
            while self._busy:
                self.kill()
                self._changed.wait(KILL_AGAIN_SECONDS)  # one may be starting just now
            for sandbox in self._idle:
                sandbox.close()
            self._idle.clear()

    def _take(self, request_id: str) -> Sandbox:
        with self._changed:
            if self._closed or len(self._busy) >= self.spec.concurrency:
                raise TooManyRequests("Rate Exceeded.")
            sandbox = self._idle.pop() if self._idle else None
            self._busy.add(sandbox or request_id)
        if sandbox is not None and sandbox.alive:
            return sandbox
        return self._replace(sandbox or request_id)

    def _replace(self, place: Sandbox | str) -> Sandbox:
        """Start a new process in the place of a dead one, or of none."""
        try:
            if isinstance(place, Sandbox):
                place.close()
            sandbox = Sandbox(self.spec, self._around)
            with self._changed:
                self._busy.add(sandbox)
            return sandbox
        finally:
            with self._changed:
                self._busy.discard(place)
                self._changed.notify_all()

    def _give_back(self, sandbox: Sandbox) -> None:
        with self._changed:
            if sandbox.alive and not self._closed:
                self._idle.append(sandbox)
            else:
                sandbox.close()
            self._busy.discard(sandbox)
            self._changed.notify_all()


def _trace_id() -> str:
    """The X-Ray header: epoch seconds in hexadecimal, then 96 random bits."""
    root = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"
