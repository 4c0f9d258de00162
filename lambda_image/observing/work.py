"""The piece of work that is going on in this invocation: its names, what it spent, and who follows it.

It is ambient, so that the story in `pipeline.py` and the ports need not carry it. Outside a function there is
one too, which nobody reads.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from lambda_image.domain.incident import Incident
from lambda_image.domain.noise import Digest
from lambda_image.tracing import Attributes, Span, Tracer

P = ParamSpec("P")
R = TypeVar("R")


class NoSpan:
    """A span that nobody sees."""

    def set(self, attributes: Attributes) -> None:
        """Nothing."""


class NoTracer:
    """Implements `Tracer` where no collector is configured."""

    @contextmanager
    def span(
        self,
        name: str,
        kind: str = "internal",
        attributes: Attributes | None = None,
        parent: Mapping[str, str] | None = None,
    ) -> Iterator[Span]:
        """Nothing around the work."""
        del name, kind, attributes, parent
        yield NoSpan()

    def carrier(self) -> dict[str, str]:
        """Nothing to carry."""
        return {}

    def flush(self) -> None:
        """Nothing to send."""


@dataclass(slots=True)
class Work:
    """One record of a batch, or one direct call.

    `trace_id` is that of a trace which goes on elsewhere; `seconds` is the time by stage, `counts` are events
    by the name of their metric.
    """

    function: str = ""
    request_id: str = ""
    cold_start: bool = False
    incident: str = ""
    fingerprint: str = ""
    trace_id: str = ""
    tracer: Tracer = field(default_factory=NoTracer)
    seconds: dict[str, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def about(self, subject: Incident | Digest) -> None:
        """From here on it is about this incident or digest."""
        self.incident, self.fingerprint = subject.thread_id, subject.fingerprint

    @property
    def names(self) -> dict[str, Any]:
        """What every log line and every audit entry says of where it comes from."""
        told: dict[str, Any] = {
            "function": self.function,
            "request_id": self.request_id,
            "cold_start": self.cold_start,
        }
        return told | self.subject

    @property
    def subject(self) -> dict[str, str]:
        """Which incident it is about, and which trace it is in, where there are any."""
        told = {}
        if self.incident:
            told = {"incident": self.incident, "fingerprint": self.fingerprint}
        carried = self.tracer.carrier().get("traceparent", "")
        if trace := carried.split("-")[1] if carried else self.trace_id:
            told["trace_id"] = trace
        return told

    @contextmanager
    def part(self, name: str, kind: str = "internal", attributes: Attributes | None = None) -> Iterator[Span]:
        """A timed part of it, and a span where there is a tracer."""
        began = time.monotonic()
        try:
            with self.tracer.span(name, kind, attributes) as span:
                yield span
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began


_current: ContextVar[Work] = ContextVar("work")
_begun: list[bool] = []


def current() -> Work:
    """The work that is going on."""
    found = _current.get(None)
    return Work() if found is None else found


@contextmanager
def going_on(work: Work) -> Iterator[Work]:
    """Within, `work` is what is going on."""
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def first_here() -> bool:
    """Whether this is the first invocation of this process: a cold start."""
    _begun.append(True)
    return len(_begun) == 1


def stage(step: Callable[P, R]) -> Callable[P, R]:
    """The step, told of as a part of the work that is named after it."""

    @wraps(step)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with current().part(step.__name__):
            return step(*args, **kwargs)

    return told
