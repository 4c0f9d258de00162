"""What is left out is counted under the rule that left it out; nothing is lost."""

from __future__ import annotations

import pytest

from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.filters import parse
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from tests.fakes.events import START, TRACE

ERROR = ("ERROR checkout failed with status 500",)


def held(messages: tuple[str, ...], policy: IntakePolicy, group: str = "/team/shop") -> dict[str, int]:
    """The raw records that each rule held back, `shown` for the rest."""
    records = tuple(LogRecord(group, "s", START + at, str(at), text) for at, text in enumerate(messages))
    intake = understand(Delivery("d", records), policy)
    assert intake.records == len(messages)
    shown = sum(sighting.records for sighting in intake.sightings)
    return dict(intake.suppressed) | ({"shown": shown} if shown else {})


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        (IntakePolicy(), "shown"),
        (IntakePolicy(own_log_groups=("/team/s",)), "own log group"),
        (IntakePolicy(excluded_log_groups=("/team/",)), "excluded log group"),
        (IntakePolicy(patterns={"/team/shop": parse("FATAL")}), "outside the log group's pattern"),
        (IntakePolicy(patterns={"*": parse("FATAL")}), "outside the log group's pattern"),
        (IntakePolicy(patterns={"*": parse("FATAL"), "/team/shop": parse("")}), "shown"),
        (IntakePolicy(patterns={"/team/other": parse("FATAL")}), "shown"),
        (
            IntakePolicy(exclude=(parse("x"), parse("%status 50[0-9]%"))),
            "excluded by pattern %status 50[0-9]%",
        ),
        (IntakePolicy(include=(parse("FATAL"),)), "not included by any pattern"),
        (IntakePolicy(include=(parse("FATAL"), parse("[level = ERROR, ...]"))), "shown"),
        (
            IntakePolicy(include=(parse("ERROR"),), exclude=(parse("checkout"),)),
            "excluded by pattern checkout",
        ),
    ],
)
def test_an_error_is_shown_or_held_back_by_one_named_rule(policy: IntakePolicy, rule: str) -> None:
    assert held(ERROR, policy) == {rule: 1}


def test_what_is_included_is_an_error_whatever_it_looks_like() -> None:
    included = IntakePolicy(include=(parse('{ $.order.state = "lost" }'),))

    assert held(('{"order": {"state": "lost"}}',), included) == {"shown": 1}


def test_a_trace_in_many_records_is_kept_or_left_out_as_one() -> None:
    assert held(TRACE, IntakePolicy(patterns={"*": parse("%Error%")})) == {"shown": len(TRACE)}
    assert held(TRACE, IntakePolicy(exclude=(parse("?pricing ?nothing"),))) == {
        "excluded by pattern ?pricing ?nothing": len(TRACE)
    }


def test_an_alarm_is_no_log_event_and_the_pattern_of_every_log_group_is_none_of_its() -> None:
    assert held(ERROR, IntakePolicy(patterns={"*": parse("FATAL")}), "sns") == {"shown": 1}
