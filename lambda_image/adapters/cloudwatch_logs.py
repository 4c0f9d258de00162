"""The lines of a log stream around a time, from CloudWatch Logs (`GetLogEvents`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import EvidenceUnavailable, PermanentError, TransientError
from lambda_image.domain.records import LogRecord
from lambda_image.ports import Clock

SOURCE = "log stream"
FIX = (
    "Allow `logs:GetLogEvents` on {group} to the function `respond`, or set TRACEMEND_NEIGHBOUR_SECONDS to 0"
    " and do without"
)
LATER = "Look at the log stream itself"
# A trace is written at once; what comes later belongs to something else.
AFTER_MS = 5_000
# In each direction. An answer has at most 1 MB or 10,000 events, and may be empty though others follow
# (CloudWatch Logs API Reference, GetLogEvents).
EVENTS, BYTES, PAGES = 500, 1_000_000, 4
# With less of the invocation left, in seconds, the model needs all of it.
RESERVE = 30.0


@dataclass(frozen=True, slots=True)
class _Window:
    """Times in milliseconds since the epoch, `end` excluded; read from its end when `backward`."""

    group: str
    stream: str
    start: int
    end: int
    backward: bool = False

    def request(self, token: str | None) -> dict[str, Any]:
        """The parameters of one call."""
        return {
            "logGroupName": self.group,
            "logStreamName": self.stream,
            "startTime": self.start,
            "endTime": self.end,
            "startFromHead": not self.backward,
            "limit": EVENTS,
            **({"nextToken": token} if token else {}),
        }


class LogEvents:
    """Implements `Telemetry`. `before` is in seconds."""

    def __init__(self, client: Any, clock: Clock, retry: Retry, before: int) -> None:
        self._client = client
        self._clock = clock
        self._retry = retry
        self._before = before

    def neighbours(self, log_group: str, log_stream: str, timestamp: int) -> tuple[LogRecord, ...]:
        """See `Telemetry.neighbours`."""
        fix = FIX.format(group=log_group)
        if self._clock.remaining() < RESERVE:
            raise EvidenceUnavailable(SOURCE, "too little time was left to ask CloudWatch Logs", LATER)
        start = max(timestamp - self._before * 1000, 0)
        before = _Window(log_group, log_stream, start, timestamp, backward=True)
        after = _Window(log_group, log_stream, timestamp, timestamp + AFTER_MS)
        try:
            found = [*self._read(before), *self._read(after)]
        except (PermanentError, TransientError) as error:
            raise EvidenceUnavailable(SOURCE, str(error), fix) from error
        return tuple(
            LogRecord(log_group, log_stream, each["timestamp"], f"{log_stream}#{at}", each["message"])
            for at, each in enumerate(found)
        )

    def _read(self, window: _Window) -> list[dict[str, Any]]:
        """The events of the window nearest to the time in its middle, in order."""
        kept: list[dict[str, Any]] = []
        size = 0
        for page in self._pages(window):
            events = [each for each in page if window.start <= each["timestamp"] < window.end]
            for each in reversed(events) if window.backward else events:
                size += len(each["message"].encode())
                if len(kept) == EVENTS or size > BYTES:
                    return kept[::-1] if window.backward else kept
                kept.append(each)
        return kept[::-1] if window.backward else kept

    def _pages(self, window: _Window) -> Iterator[list[dict[str, Any]]]:
        name = "nextBackwardToken" if window.backward else "nextForwardToken"
        token: str | None = None
        for _ in range(PAGES):
            answer = self._retry(partial(self._get, window.request(token)))
            yield answer["events"]
            if answer[name] == token:
                return
            token = answer[name]

    def _get(self, request: dict[str, Any]) -> Any:
        with translated("CloudWatch Logs GetLogEvents"):
            return self._client.get_log_events(**request)
