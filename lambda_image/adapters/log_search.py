"""Log events with words that somebody described, from CloudWatch Logs (`FilterLogEvents`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.records import LogRecord
from lambda_image.ports import Clock

# Of one log group. A page may be empty though others follow (CloudWatch Logs API Reference, FilterLogEvents).
EVENTS, PAGES = 200, 4
# Log groups, those of the settings that come first: five requests a second is the service's quota.
GROUPS = 10
# With less of the invocation left, in seconds, what was found has to do.
RESERVE = 25.0


class CloudWatchSearch:
    """Implements `LogSearch` in these log groups."""

    def __init__(self, client: Any, groups: Sequence[str], clock: Clock, retry: Retry) -> None:
        self._client = client
        self._clock = clock
        self._retry = retry
        self.groups = tuple(groups)[:GROUPS]

    def found(self, words: Sequence[str], since: int) -> tuple[LogRecord, ...]:
        """See `LogSearch.found`."""
        asked = {
            "filterPattern": " ".join(f"?{form}" for form in _forms(words)),
            "startTime": since,
            "endTime": self._clock.now(),
            "limit": EVENTS,
        }
        return tuple(
            LogRecord(group, each["logStreamName"], each["timestamp"], each["eventId"], each["message"])
            for group in self.groups
            for each in self._read(group, asked)
        )

    def _read(self, group: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        left = EVENTS
        for _ in range(PAGES):
            if self._clock.remaining() < RESERVE:
                return
            request = {**asked, "logGroupName": group, **token}
            answer = self._retry(partial(self._get, request))
            yield from answer["events"][:left]
            left -= len(answer["events"])
            if left <= 0 or not answer.get("nextToken"):
                return
            token = {"nextToken": answer["nextToken"]}

    def _get(self, request: dict[str, Any]) -> Any:
        with translated("CloudWatch Logs FilterLogEvents"):
            return self._client.filter_log_events(**request)


def _forms(words: Sequence[str]) -> list[str]:
    """A pattern minds the case, and people do not; what is not ASCII it wants in quotes."""
    forms = dict.fromkeys(form for each in words for form in (each, each.lower(), each.capitalize()))
    return [each if each.isascii() else f'"{each}"' for each in forms]
