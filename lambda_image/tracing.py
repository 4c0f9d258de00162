"""What the functions tell a collector of traces, as Protocols; the steps know nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

Attributes = Mapping[str, str | int | float | bool | tuple[str, ...]]


class Span(Protocol):
    """A timed part of a trace. Attributes are names and numbers, never text of a log, a page or a prompt."""

    def set(self, attributes: Attributes) -> None:
        """Say more of it."""


class Tracer(Protocol):
    """Traces for a collector. Nothing here fails: a trace that cannot be sent is lost, and logged."""

    def span(
        self,
        name: str,
        kind: str = "internal",
        attributes: Attributes | None = None,
        parent: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Span]:
        """A span within the current one; with `parent` within the one that this carrier names.

        `kind` is internal, client, producer or consumer. An empty carrier begins a trace of its own, which
        is linked to the current span.
        """

    def carrier(self) -> dict[str, str]:
        """The current span as message attributes (W3C Trace Context); empty outside of one."""

    def flush(self) -> None:
        """Send what has ended, before the process is frozen."""
