"""The work that is going on tells its names, times its stages, and costs nothing where nobody follows it."""

from __future__ import annotations

import json

import pytest

from lambda_image.domain.errors import AnswerMalformed, TransientError
from lambda_image.observing import log
from lambda_image.observing.work import Work, current, going_on, stage
from tests.fakes.events import incident


def dig(depth: int) -> int:
    """A step."""
    return depth + 1


def bury(_depth: int) -> int:
    """A step that fails."""
    raise TransientError("not now")


def test_stages_are_timed_under_the_name_of_the_step_also_when_they_fail() -> None:
    with going_on(Work()) as here:
        assert stage(dig)(1) == 2
        stage(dig)(2)
        with pytest.raises(TransientError):
            stage(bury)(1)

    assert set(here.seconds) == {"dig", "bury"}
    assert all(seconds >= 0 for seconds in here.seconds.values())


def test_work_ends_with_its_block() -> None:
    with going_on(Work("outer")):
        with going_on(Work("inner")):
            assert current().function == "inner"
        assert current().function == "outer"
    assert current().function == ""


def test_a_log_line_has_the_names_of_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    here = Work("tracemend-repair", "r-1", cold_start=True)
    here.about(incident())
    with going_on(here):
        log.warning("something", spans=3)
    line = json.loads(capsys.readouterr().out)

    assert line["incident"].startswith(line["fingerprint"])
    assert (line["function"], line["request_id"], line["cold_start"]) == ("tracemend-repair", "r-1", True)
    assert (line["level"], line["service"], line["message"], line["spans"]) == (
        "WARNING",
        "tracemend",
        "something",
        3,
    )


def test_the_text_of_an_error_is_told_only_where_it_can_quote_nobody() -> None:
    def told(error: Exception) -> dict[str, str]:
        try:
            raise error
        except type(error) as raised:
            return log.of(raised)

    key = "AKIA" + "QWERTYUIOPASDFGH"
    assert told(AnswerMalformed("it said: the customer's words"))["error"] == "AnswerMalformed"
    assert "reason" not in told(AnswerMalformed("it said: the customer's words"))
    assert "reason" not in told(ValueError("the customer's words"))
    assert key not in told(TransientError(f"denied for {key}"))["reason"]
    assert len(told(TransientError("x" * 9_999))["reason"]) == log.REASON_LIMIT


def test_an_error_of_ours_is_told_with_its_place() -> None:
    with pytest.raises(TransientError) as raised:
        stage(bury)(1)

    assert log.of(raised.value)["where"].startswith("work.py:")
