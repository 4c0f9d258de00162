"""One problem, one fingerprint: what changes from occurrence to occurrence does not count."""

from __future__ import annotations

import pytest

from lambda_image.domain.events import Frame
from lambda_image.domain.identity import Decision, FingerprintRule
from lambda_image.steps.reading.fingerprint import decide, explicit, fingerprint
from lambda_image.steps.reading.masks import normalise
from tests.fakes.events import redacted_event


def of_message(message: str) -> str:
    """The fingerprint of a log line without a trace."""
    return fingerprint(redacted_event(frames=(), exception_type=None, kind="log", message=message))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("timed out after 3001 ms", "timed out after 9 ms"),
        ("at 2026-11-23T08:00:00Z", "at 2026-11-24T09:11:12.123Z"),
        (
            "request 3f6c1a52-7c0d-4a0e-9d1e-0123456789ab failed",
            "request 9a6c1a52-7c0d-4a0e-9d1e-ba9876543210 failed",
        ),
        ("object at 0x7f001122", "object at 0x7fffee00"),
        ("from 10.0.0.1:443", "from 192.168.7.9:80"),
        ("no such key 'a-1'", "no such key 'b-2'"),
        ("role arn:aws:iam::123456789012:role/a denied", "role arn:aws:iam::210987654321:role/b denied"),
        ("GET https://a.example/x?y=1 failed", "GET https://b.example/z failed"),
    ],
)
def test_what_differs_each_time_is_masked(one: str, other: str) -> None:
    assert of_message(one) == of_message(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("disk full", "disk slow"), ("user not found", "order not found"), ("read failed", "write failed")],
)
def test_different_messages_are_different_problems(one: str, other: str) -> None:
    assert of_message(one) != of_message(other)


def test_another_type_line_or_function_is_another_problem() -> None:
    base = redacted_event()
    frames = base.frames
    others = [
        redacted_event(exception_type="KeyError"),
        redacted_event(frames=(*frames[:-1], Frame("/var/task/shop/pricing.py", 10, "total"))),
        redacted_event(frames=(*frames[:-1], Frame("/var/task/shop/pricing.py", 9, "mean"))),
        redacted_event(log_group="/aws/lambda/other"),
    ]

    assert fingerprint(base) not in {fingerprint(each) for each in others}
    assert len({fingerprint(each) for each in others}) == len(others)


def test_where_the_code_is_deployed_does_not_matter() -> None:
    moved = tuple(
        Frame(f.file.replace("/var/task", "/app/releases/7"), f.line, f.function)
        for f in redacted_event().frames
    )

    assert fingerprint(redacted_event(frames=moved)) == fingerprint(redacted_event())


def test_the_version_stands_in_front() -> None:
    assert fingerprint(redacted_event()).startswith("v1-")


RULES = (
    FingerprintRule("billing", exception_type="*.Timeout", log_group="/ecs/*"),
    FingerprintRule("disk", pattern=r"(?i)disk .{1,40} full"),
)


def test_the_first_rule_of_the_team_that_fits_makes_one_problem() -> None:
    full = [
        redacted_event(frames=(), exception_type=None, message="Disk A is full"),
        redacted_event(message="the disk is full", log_group="/ecs/other"),
    ]

    assert len({fingerprint(each, RULES) for each in full}) == 1
    assert fingerprint(full[0], RULES) != fingerprint(full[0])
    assert decide(full[0], RULES) == Decision(fingerprint(full[0], RULES), "explicit", "v1", "disk")


@pytest.mark.parametrize(
    ("kind", "log_group", "fits"),
    [
        ("billing.Timeout", "/ecs/shop", True),
        ("billing.Timeout", "/aws/lambda/shop", False),
        ("Timeout", "/ecs/shop", False),
        (None, "/ecs/shop", False),
    ],
)
def test_a_rule_fits_only_with_all_its_patterns(kind: str | None, log_group: str, *, fits: bool) -> None:
    event = redacted_event(exception_type=kind, log_group=log_group)

    assert (explicit(event, RULES) == RULES[0]) is fits
    assert (fingerprint(event, RULES) != fingerprint(event)) is fits


def test_masks_are_applied_in_order() -> None:
    line = "2026-11-23 08:00:00 <EMAIL_1> sent 12 MB to /data/in/7 in 3.5s"

    assert normalise(line) == "<N> <N> <SECRET> sent <N> to <PATH> in <N>"
