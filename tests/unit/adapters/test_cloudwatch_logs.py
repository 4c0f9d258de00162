"""Bounded, retried, within the deadline; and a right that is missing is named with its remedy."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_image.adapters.cloudwatch_logs import BYTES, LogEvents
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import EvidenceUnavailable
from tests.fakes.clock import FixedClock
from tests.fakes.events import START

Answer = dict[str, Any] | ClientError


class ScriptedLogs:
    """Answers calls of GetLogEvents one after the other, then says that this is the end."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        """See botocore's method of this name."""
        self.asked.append(request)
        answer = self._answers.pop(0) if self._answers else page(then=request.get("nextToken", ""))
        if isinstance(answer, ClientError):
            raise answer
        return answer


def page(*messages: str, then: str = "end") -> dict[str, Any]:
    """One answer; its lines are a millisecond old."""
    events = [{"timestamp": START - 1, "message": each} for each in messages]
    return {"events": events, "nextBackwardToken": then, "nextForwardToken": then}


def refused(code: str) -> ClientError:
    """An error of the service."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetLogEvents")


def read(logs: ScriptedLogs, clock: FixedClock | None = None) -> list[str]:
    """The messages around START."""
    at = clock or FixedClock(START, remaining=170)
    events = LogEvents(logs, at, Retry(at, attempts=3, sleep=lambda _: None), 60)
    return [each.message for each in events.neighbours("/team/shop", "web", START)]


def test_empty_pages_are_passed_and_the_order_is_that_of_the_stream() -> None:
    logs = ScriptedLogs(page(then="a"), page("c", "d", then="b"), page("a", "b", then="c"), page(then="c"))

    assert read(logs) == ["a", "b", "c", "d"]
    assert [each.get("nextToken") for each in logs.asked[:4]] == [None, "a", "b", "c"]


def test_pages_without_end_are_not_followed_for_ever() -> None:
    class Endless(ScriptedLogs):
        def get_log_events(self, **request: Any) -> dict[str, Any]:
            super().get_log_events(**request)
            return page(then=str(len(self.asked)))

    logs = Endless(page())

    assert read(logs) == []
    assert len(logs.asked) == 8


def test_bytes_are_bounded_and_the_nearest_lines_kept() -> None:
    far, near = "x" * (BYTES - 1), "near"

    assert read(ScriptedLogs(page(far, near))) == [near]


def test_throttling_is_retried() -> None:
    logs = ScriptedLogs(refused("ThrottlingException"), page("a"))

    assert read(logs) == ["a"]


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ResourceNotFoundException", "ThrottlingException"]
)
def test_a_refusal_names_its_remedy(code: str) -> None:
    with pytest.raises(EvidenceUnavailable) as caught:
        read(ScriptedLogs(*[refused(code)] * 3))

    assert code in caught.value.reason
    assert "`logs:GetLogEvents` on /team/shop" in caught.value.fix
    assert "TRACEMEND_NEIGHBOUR_SECONDS" in caught.value.fix


def test_near_the_deadline_nobody_is_asked() -> None:
    logs = ScriptedLogs(page("a"))
    with pytest.raises(EvidenceUnavailable, match="too little time"):
        read(logs, FixedClock(START, remaining=29))

    assert logs.asked == []
