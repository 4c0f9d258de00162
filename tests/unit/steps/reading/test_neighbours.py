"""What a filter cut off comes back from the log stream, without its secrets; the incident stays the same."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_image.domain.incident import Incident
from lambda_image.domain.redaction import UserRule
from lambda_image.steps.reading.fingerprint import fingerprint
from lambda_image.steps.reading.neighbours import with_neighbours
from lambda_image.steps.redact import rulebook
from lambda_image.steps.words.messages import NOT_IN_STREAM
from tests.fakes.events import START, TRACE, incident, redacted_event
from tests.fakes.telemetry import MemoryLogs

WHOLE = redacted_event()
REQUEST = "3f6c1a52-7c0d-4a0e-9d1e-0123456789ab"


def cut(*lines: str, **changes: Any) -> Incident:
    """The shop's error as it arrives when only these lines fit the filter."""
    fields = {"lines": lines, "frames": (), "context": (), "exception_type": None, "language": None}
    return incident(**{**fields, **changes})


def stream(*lines: str, when: int = START) -> MemoryLogs:
    """A stream with these lines, all written in the same millisecond."""
    logs = MemoryLogs()
    logs.put(WHOLE.log_group, WHOLE.log_stream, [(when, line) for line in lines])
    return logs


@pytest.mark.parametrize("kept", range(len(TRACE)))
def test_whichever_line_came_through_the_whole_trace_is_read(kept: int) -> None:
    case = cut(TRACE[kept])
    found, gaps = with_neighbours(case, stream("INFO before", *TRACE, "INFO after"))

    assert gaps == ()
    assert found.event.lines == TRACE
    assert found.event.frames == WHOLE.frames
    assert (found.event.exception_type, found.event.language) == ("ZeroDivisionError", "python")
    assert fingerprint(found.event) == fingerprint(WHOLE)
    assert (found.fingerprint, found.thread_id, found.event.id) == (
        case.fingerprint,
        case.thread_id,
        case.event.id,
    )
    assert (found.event.timestamp, found.event.records) == (case.event.timestamp, case.event.records)


def test_one_record_with_a_whole_trace_gets_the_lines_before_it() -> None:
    found, _ = with_neighbours(incident(context=()), stream("INFO one", "INFO two", "\n".join(TRACE)))

    assert found.event.context == ("INFO one", "INFO two")
    assert found.event.lines == TRACE


def test_what_stands_far_above_is_chosen_by_level_and_request() -> None:
    decisive = ("WARN pool is exhausted", f"INFO order 4711 begun for {REQUEST}")
    noise = [f"INFO heartbeat of worker {chr(97 + at % 26)}" for at in range(60)]
    error = f"ERROR {REQUEST} checkout failed"
    logs = stream(*decisive, *noise, when=START - 50)
    logs.put(WHOLE.log_group, WHOLE.log_stream, [(START, error)])
    found, _ = with_neighbours(cut(error), logs)

    assert found.event.context[:2] == decisive
    assert len(found.event.context) == 2 + 20


def test_secrets_of_the_neighbours_are_redacted_before_anyone_sees_them() -> None:
    secret = "AKIA" + "QWERTYUIOPASDFGH"
    found, _ = with_neighbours(cut(TRACE[-1]), stream(f"INFO key {secret}", *TRACE))

    assert secret not in repr(found)
    assert found.event.redactions == 1


def test_a_line_with_a_secret_is_known_again_by_its_placeholder() -> None:
    line = "ERROR login of ada@example.com failed"
    case = cut("ERROR login of <EMAIL_1> failed")
    found, gaps = with_neighbours(case, stream("ERROR another failed", line, "ERROR third failed"))

    assert gaps == ()
    assert found.event.context == ("ERROR another failed",)


def test_what_cannot_be_read_is_a_gap_and_the_event_stays() -> None:
    case = cut(TRACE[-1])
    absent, other = MemoryLogs(), stream("ERROR one", "ERROR two")

    assert with_neighbours(case, absent)[0] == case
    assert with_neighbours(case, absent)[1][0].source == "log stream"
    assert with_neighbours(case, other) == (case, (NOT_IN_STREAM,))


@pytest.mark.parametrize(
    "case",
    [
        incident(context=("INFO x",) * 20),
        cut("ERROR x", log_group="sns"),
        cut("ERROR x", log_stream=""),
        cut("ERROR x", timestamp=0),
    ],
)
def test_nobody_is_asked_where_nothing_is_missing_or_nothing_can_be_found(case: Incident) -> None:
    assert with_neighbours(case, MemoryLogs()) == (case, ())


def test_without_telemetry_nothing_changes() -> None:
    assert with_neighbours(cut("ERROR x"), None) == (cut("ERROR x"), ())


def test_what_comes_from_the_stream_is_redacted_by_the_team_s_rules_too() -> None:
    rules = rulebook((UserRule("CUSTOMER", "C-[0-9]{8}"),))
    first = "ERROR KeyError: no price for C-20260301"
    case = incident(lines=("ERROR KeyError: no price for <CUSTOMER_1>",), frames=(), context=())
    found, gaps = with_neighbours(case, stream("INFO customer C-20260301", first), rules)

    assert gaps == ()
    assert found.event.context == ("INFO customer <CUSTOMER_1>",)
    assert found.event.lines == case.event.lines
