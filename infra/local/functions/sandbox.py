"""One execution environment: a process, its Runtime API, its taps; cold once, then warm until it dies."""

from __future__ import annotations

import re
import selectors
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

from infra.local.functions import outcome, report
from infra.local.functions.faults import FaultPlan, Moment
from infra.local.functions.outcome import Exited, Outcome, TimedOut
from infra.local.functions.process import Process, environment
from infra.local.functions.runtime_api import Answered, InitFailed, Ready, RuntimeApi
from infra.local.functions.spec import FunctionSpec, Invocation, InvokeResult, LogSink
from infra.local.functions.tap import Tap

INIT_SECONDS = 10  # AWS allows as much before the function's own timeout begins
POLL_SECONDS = 0.05  # how soon a death is noticed that no pipe tells of


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all functions of a host share. `runtime`: Python's arguments before the handler.

    With `faults`, every upstream URL of `tapped` that occurs in a function's environment becomes a tap's.
    """

    task_root: Path
    runtime: tuple[str, ...]
    log_sink: LogSink
    faults: FaultPlan | None = None
    tapped: tuple[str, ...] = ()


class Sandbox:
    """Runs one invocation at a time; started on construction, to be closed by its owner."""

    def __init__(self, spec: FunctionSpec, around: Surroundings) -> None:
        self._spec = spec
        self._around = around
        self._stream = report.log_stream()
        self._log = [report.init_start()]
        self._invocation_number = 0
        self._init_seconds: float | None = None
        self._scratch = Path(tempfile.mkdtemp(prefix=f"{spec.name}-"))
        self._woken, self._waker = socket.socketpair()
        self._api = RuntimeApi(self._waker, spec.arn)
        self._taps = [Tap(url, self._register, self.kill) for url in around.tapped if around.faults]
        self._started = time.monotonic()
        root = spec.task_root or around.task_root
        self._process = Process((*around.runtime, spec.handler), self._environment(root), root)
        self._selector = self._watch()

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return self._process.ending() is None

    def run(self, invocation: Invocation) -> InvokeResult:
        """Bring an invocation to its end, whatever that is; its log has been delivered on return."""
        self._invocation_number = invocation.number
        cold = self._init_seconds is None
        end = self._initialised() if cold else None
        self._log.append(report.start(invocation.request_id))
        begun = time.monotonic()
        end = end or self._handled(invocation)
        seconds = time.monotonic() - begun
        memory = report.peak_memory_mb(self._process.pid)
        if not isinstance(end, Answered) or end.payload is None:  # a refused answer ends awslambdaric
            self.kill()
        self._read_logs(0)
        self._log += outcome.log_lines(end, self._spec, invocation.request_id)
        init = self._init_seconds if cold else None
        self._log += report.end(self._spec, invocation.request_id, seconds, init, memory)
        log, self._log = self._log, []
        self._around.log_sink(self._spec.log_group, self._stream, log)
        return outcome.result(end, self._spec, invocation.request_id, log)

    def kill(self) -> None:
        """End the process now; `run` notices. May be called from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End everything and clean up."""
        self._process.kill()
        self._selector.close()
        self._process.close()
        self._api.close()
        for tap in self._taps:
            tap.close()
        self._woken.close()
        self._waker.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _initialised(self) -> Outcome | None:
        """Wait for the handler to be imported; None when it is."""
        end = self._wait(Ready, self._started + INIT_SECONDS + self._spec.timeout_s)
        self._init_seconds = time.monotonic() - self._started
        return None if isinstance(end, Ready) else end

    def _handled(self, invocation: Invocation) -> Outcome:
        deadline_ms = time.time_ns() // 1_000_000 + int(self._spec.timeout_s * 1000)
        self._api.submit(invocation, deadline_ms)
        end = self._wait(Answered, time.monotonic() + self._spec.timeout_s)
        return TimedOut() if isinstance(end, Ready) else end

    def _wait(self, wanted: type[Ready | Answered], deadline: float) -> Outcome | Ready:
        """Collect the log until what is wanted comes, the process fails or dies, or time is up."""
        while True:
            remaining = deadline - time.monotonic()
            self._read_logs(max(min(POLL_SECONDS, remaining), 0))
            ending = self._process.ending()  # before the reports: it may have answered and died
            while (said := self._said()) is not None:
                if isinstance(said, (wanted, InitFailed)):
                    return said
            if ending is not None:
                return Exited(ending)
            if remaining <= 0:
                return TimedOut()

    def _said(self) -> Ready | InitFailed | Answered | None:
        try:
            return self._api.reports.get_nowait()
        except Empty:
            return None

    def _read_logs(self, seconds: float) -> None:
        """Wait until something happens, then take all that was written."""
        events = self._selector.select(seconds)
        while events:
            for key, _ in events:
                if key.data is None:
                    self._woken.recv(64)
                    continue
                lines = key.data.read()
                if lines is None:
                    self._selector.unregister(key.fileobj)
                self._log += key.data.last() if lines is None else lines
            events = self._selector.select(0)

    def _watch(self) -> selectors.BaseSelector:
        selector = selectors.DefaultSelector()
        selector.register(self._woken, selectors.EVENT_READ, None)
        for log in self._process.logs:
            selector.register(log.fd, selectors.EVENT_READ, log)
        return selector

    def _environment(self, root: Path) -> dict[str, str]:
        variables = environment(self._spec, self._api.address, self._stream, root, self._scratch)
        for tap in self._taps:
            upstream = re.compile(re.escape(tap.upstream) + r"(?!\d)")
            variables = {name: upstream.sub(tap.url, value) for name, value in variables.items()}
        return variables

    def _register(self, operation: str) -> Moment | None:
        faults = self._around.faults
        return faults.register(self._spec.name, self._invocation_number, operation) if faults else None
