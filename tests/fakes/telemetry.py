"""Log streams in memory; they pass the same contract suite as CloudWatch Logs."""

from __future__ import annotations

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.records import LogRecord


class MemoryLogs:
    """Implements `Telemetry`. `before` is in seconds."""

    def __init__(self, before: int = 60) -> None:
        self._before = before * 1000
        self._streams: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def put(self, log_group: str, log_stream: str, lines: list[tuple[int, str]]) -> None:
        """Write lines with their times."""
        stream = self._streams.setdefault((log_group, log_stream), [])
        stream += lines
        stream.sort(key=lambda each: each[0])

    def neighbours(self, log_group: str, log_stream: str, timestamp: int) -> tuple[LogRecord, ...]:
        """See `Telemetry.neighbours`."""
        stream = self._streams.get((log_group, log_stream))
        if stream is None:
            raise EvidenceUnavailable("log stream", "there is no such stream", "Write to it")
        before = [each for each in stream if timestamp - self._before <= each[0] < timestamp]
        after = [each for each in stream if timestamp <= each[0] < timestamp + 5_000]
        return tuple(
            LogRecord(log_group, log_stream, when, f"{log_stream}#{at}", text)
            for at, (when, text) in enumerate([*before[-500:], *after[:500]])
        )
