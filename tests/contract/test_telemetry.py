"""What every source of neighbouring lines does: in memory, and CloudWatch Logs on moto."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws

from lambda_image.adapters.cloudwatch_logs import LogEvents
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.ports import Telemetry
from tests.fakes.clock import FixedClock
from tests.fakes.telemetry import MemoryLogs

GROUP, STREAM = "/team/shop", "web-1"
BEFORE = 60


class AnyLogs(Telemetry, Protocol):
    """Log streams that can be written."""

    def put(self, log_group: str, log_stream: str, lines: list[tuple[int, str]]) -> None:
        """Write lines with their times."""


class MotoLogs(LogEvents):
    """CloudWatch Logs as moto emulates it."""

    def __init__(self, clock: FixedClock) -> None:
        self._logs: Any = boto3.client(
            "logs", region_name="eu-central-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        super().__init__(self._logs, clock, Retry(clock), BEFORE)

    def put(self, log_group: str, log_stream: str, lines: list[tuple[int, str]]) -> None:
        """See `AnyLogs.put`."""
        if not self._logs.describe_log_groups(logGroupNamePrefix=log_group)["logGroups"]:
            self._logs.create_log_group(logGroupName=log_group)
        known = self._logs.describe_log_streams(logGroupName=log_group, logStreamNamePrefix=log_stream)
        if not known["logStreams"]:
            self._logs.create_log_stream(logGroupName=log_group, logStreamName=log_stream)
        self._logs.put_log_events(
            logGroupName=log_group,
            logStreamName=log_stream,
            logEvents=[{"timestamp": when, "message": text} for when, text in lines],
        )


@pytest.fixture
def now() -> int:
    """CloudWatch Logs takes no event that is older than two weeks."""
    return int(time.time() * 1000) - 60_000


@pytest.fixture(params=["memory", "moto"])
def logs(request: pytest.FixtureRequest, now: int) -> Iterator[AnyLogs]:
    """Each source in turn."""
    if request.param == "memory":
        yield MemoryLogs(BEFORE)
    else:
        with mock_aws():
            yield MotoLogs(FixedClock(now))


def texts(logs: AnyLogs, when: int, stream: str = STREAM) -> list[str]:
    """The messages around a time."""
    return [each.message for each in logs.neighbours(GROUP, stream, when)]


def test_lines_before_and_after_come_in_order_with_names_of_their_own(logs: AnyLogs, now: int) -> None:
    logs.put(GROUP, STREAM, [(now - 2, "a"), (now, "b"), (now, "c"), (now + 3, "d")])
    found = logs.neighbours(GROUP, STREAM, now)

    assert [(each.timestamp, each.message) for each in found] == [
        (now - 2, "a"),
        (now, "b"),
        (now, "c"),
        (now + 3, "d"),
    ]
    assert len({each.id for each in found}) == 4
    assert {(each.log_group, each.log_stream) for each in found} == {(GROUP, STREAM)}


def test_other_streams_and_other_times_are_left_alone(logs: AnyLogs, now: int) -> None:
    far = [(now - BEFORE * 1000 - 1, "long ago"), (now, "here"), (now + 5_000, "later")]
    logs.put(GROUP, STREAM, far)
    logs.put(GROUP, "web-2", [(now, "elsewhere")])

    assert texts(logs, now) == ["here"]


def test_of_many_lines_the_nearest_are_read(logs: AnyLogs, now: int) -> None:
    logs.put(GROUP, STREAM, [(now - 900 + at, f"before {at}") for at in range(900)])
    logs.put(GROUP, STREAM, [(now + at, f"after {at}") for at in range(900)])
    found = texts(logs, now)

    assert len(found) == 1_000
    assert found[0] == "before 400"
    assert found[499:501] == ["before 899", "after 0"]
    assert found[-1] == "after 499"


def test_a_stream_that_is_not_there_cannot_be_read(logs: AnyLogs, now: int) -> None:
    logs.put(GROUP, STREAM, [(now, "here")])

    with pytest.raises(EvidenceUnavailable):
        texts(logs, now, "absent")
