"""One problem, one fingerprint: what changes from occurrence to occurrence does not count."""

from __future__ import annotations

import pytest

from lambda_image.domain.events import Frame
from lambda_image.steps.fingerprint import fingerprint
from lambda_image.steps.masks import normalise
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


def test_masks_are_applied_in_order() -> None:
    line = "2026-11-23 08:00:00 <EMAIL_1> sent 12 MB to /data/in/7 in 3.5s"

    assert normalise(line) == "<N> <N> <SECRET> sent <N> to <PATH> in <N>"
