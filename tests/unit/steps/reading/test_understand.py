"""What a delivery adds to the ledger: nothing is lost, and one error is one sighting."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.incident import Intake
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.filters import parse
from lambda_image.steps.reading.group import group
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import events, understand
from tests.fakes.events import START, TRACE


def delivery(
    lines: Sequence[str], group_name: str = "/ecs/shop", streams: Sequence[str] = ("s",)
) -> Delivery:
    """Lines as records, dealt out to the streams in turn."""
    return Delivery(
        "d",
        tuple(
            LogRecord(group_name, streams[at % len(streams)], START + at, str(at), line)
            for at, line in enumerate(lines)
        ),
    )


def understood(lines: Sequence[str], policy: IntakePolicy | None = None) -> Intake:
    """The intake of plain lines."""
    return understand(delivery(lines), policy or IntakePolicy())


@given(
    st.lists(st.text(max_size=60) | st.sampled_from([*TRACE, "ERROR x", "[ERROR] y", "  at z"]), max_size=40)
)
def test_raw_records_are_sighted_or_held_back(lines: list[str]) -> None:
    seen = understand(delivery(lines, streams=("a", "b")), IntakePolicy())

    held = sum(count for _, count in seen.suppressed)
    assert held + sum(sighting.records for sighting in seen.sightings) == len(lines)


def test_a_traceback_sent_line_by_line_is_one_error() -> None:
    seen = understood(["INFO start", *TRACE, "INFO end"])

    (sighting,) = seen.sightings
    assert (sighting.count, sighting.records) == (1, len(TRACE))
    assert sighting.sample.exception_type == "ZeroDivisionError"
    assert sighting.sample.context == ("INFO start",)
    assert seen.suppressed == (("not an error", 2),)


def test_interleaved_streams_are_kept_apart() -> None:
    both = [line for pair in zip(TRACE, ["INFO fine"] * len(TRACE), strict=True) for line in pair]
    seen = understand(delivery(both, streams=("a", "b")), IntakePolicy())

    assert [sighting.records for sighting in seen.sightings] == [len(TRACE)]


def test_repeats_are_one_sighting_with_a_count() -> None:
    seen = understood([f"ERROR payment {number} failed after {number} ms" for number in range(30)])

    assert [(each.count, each.first_seen, each.last_seen) for each in seen.sightings] == [
        (30, START, START + 29)
    ]


def test_the_first_of_a_storm_keeps_the_lines_before_it() -> None:
    (sighting,) = understood(["INFO login of a@example.com", *["ERROR payment failed"] * 5]).sightings

    assert sighting.count == 5
    assert sighting.sample.context == ("INFO login of <EMAIL_1>",)


def test_a_problem_is_the_same_whatever_stood_before_it() -> None:
    error = "ERROR mail to bob@example.com bounced"
    alone = understood([error]).sightings
    behind = understood(["INFO login of a@example.com", error]).sightings

    assert [each.fingerprint for each in behind] == [each.fingerprint for each in alone]


@pytest.mark.parametrize(
    "line",
    [
        "INFO all is well",
        "2026-11-23T08:00:00Z DEBUG no error here",
        "WARN retrying after error",
        json.dumps({"level": "info", "message": "Error rate is 0"}),
        json.dumps({"level": 30, "msg": "ok"}),
        "START RequestId: 3f Version: 1",
        "no errors were found",
    ],
)
def test_lines_that_are_no_errors(line: str) -> None:
    assert understood([line]).sightings == ()


@pytest.mark.parametrize(
    "line",
    [
        "ERROR it broke",
        "[ERROR] KeyError: 'sku'",
        "2026-11-23 08:00:00,123 - app - CRITICAL - down",
        json.dumps({"level": "ERROR", "message": "it broke"}),
        json.dumps({"level": 50, "msg": "it broke"}),
        "level=error msg=broken",
        "2026-11-23T08:00:00Z 3f Task timed out after 3.00 seconds",
        "RequestId: 3f Error: Runtime exited with error: exit status 1 Runtime.ExitError",
        "ValueError: not a number",
        "panic: runtime error: index out of range",
    ],
)
def test_lines_that_are_errors(line: str) -> None:
    assert len(understood([line]).sightings) == 1


def test_own_log_groups_and_excluded_words_are_held_back_by_name() -> None:
    policy = IntakePolicy(("/aws/lambda/tracemend",), exclude=(parse('"health check"'),))
    own = understand(delivery(["ERROR x"], "/aws/lambda/tracemend-respond"), policy)
    excluded = understood(["ERROR health check failed"], policy)

    assert own.suppressed == (("own log group", 1),)
    assert excluded.suppressed == (('excluded by pattern "health check"', 1),)


def test_control_messages_are_counted() -> None:
    assert understand(Delivery("d", (), control=1), IntakePolicy()).suppressed == (("control message", 1),)


def test_events_tell_their_lines_and_frames() -> None:
    (row,) = events("\n".join(["INFO start", *TRACE]))

    assert (row["first_line"], row["last_line"]) == (2, 1 + len(TRACE))
    assert row["frames"][-1] == {
        "file": "/var/task/shop/pricing.py",
        "line": 9,
        "function": "total",
        "in_app": True,
    }


def test_grouped_lines_keep_their_order_and_number() -> None:
    rows = list(group(["a 1", "b", "a 2"]))

    assert [(row["line"], row["group"]) for row in rows] == [(1, 1), (2, 2), (3, 1)]


@pytest.mark.parametrize(
    "message", [{"code": 5}, {"message": {"message": "deep", "level": "error"}}, "\ud800 boom", {"msg": None}]
)
def test_any_json_message_is_one_error(message: object) -> None:
    seen = understood([json.dumps({"level": "error", "message": message})])

    (sighting,) = seen.sightings
    sighting.sample.message.encode()


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "ERROR Error" + "a.b" * 75_000 + "\n    at x.y(Z.java:1)",
        "ERROR " + "A" * 225_000 + "\n    at f (/a/b.js:1:2)",
        "ERROR " + "word " * 45_000 + "\n\tfrom app/a.rb:5:in 'x'",
        "ERROR " + "A.b" * 75_000 + "\n   at A.B() in /a.cs:line 1",
        "ERROR " + "Xin /" * 45_000 + "\n#0 /a.php(5): f()",
        "ERROR " + "eyJ-" * 56_000,
        "ERROR " + "a@" * 112_000,
        "ERROR " + "password=" * 25_000,
        "ERROR\n" + "((((" * 56_000 + ")",
        "ERROR " + "-----BEGIN PRIVATE KEY-----" * 8_000,
        "ERROR " + "ab_cd@ef.gh " * 18_000,
    ],
    ids=lambda text: text[6:24].strip(),
)
def test_a_hostile_record_takes_no_longer_than_it_is_long(text: str) -> None:
    records = (LogRecord("/ecs/shop", "s", START, "1", text),)
    intake = understand(Delivery("d", records), IntakePolicy())

    assert intake.records == 1
