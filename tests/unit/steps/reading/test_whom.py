"""Whom errors name as hit, in the forms in which loggers write it; and what is only a word."""

from __future__ import annotations

import pytest

from lambda_image.domain.affected import KEPT, Affected, Whom, unmet
from lambda_image.domain.records import Delivery, LogRecord
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from lambda_image.steps.reading.whom import whom

UUID = "8f5c1c1e-5e0c-4a53-9d5e-0c4f6b1f2a77"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
USERS, TENANTS, REQUESTS = Whom


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ('{"level":"ERROR","user_id":"u-1","tenantId":"acme","requestId":"r-1"}', {"u-1", "acme", "r-1"}),
        ('{"level":"ERROR","usr":1,"usr.id":"7","trace_id":"4bf92f35"}', {"7", "4bf92f35"}),
        (r'{"log":"{\"userId\":\"u-2\",\"message\":\"x\"}"}', {"u-2"}),
        ('{"user": {"id": 42, "name": "Ada"}, "msg": "failed"}', {"42"}),
        ("ERROR payment failed user=ada tenant=acme request_id=77", {"ada", "acme", "77"}),
        ("ERROR payment failed (user: 42, organization.id: 9)", {"42", "9"}),
        (f"[ERROR]\t2026-11-25T10:00:00.000Z\t{UUID}\tpayment failed", {UUID}),
        (f"2026-11-25 Task timed out RequestId: {UUID} after 3 s", {UUID}),
        ("X-Amzn-Trace-Id: Root=1-67891233-abcdef;Parent=463ac35c", {"1-67891233-abcdef"}),
        (
            f'{{"traceparent":"00-{TRACE}-00f067aa0ba902b7-01","reqId":"r-2"}}',
            {f"00-{TRACE}-00f067aa0ba902b7-01", "r-2"},
        ),
        ("Authentication failed for user: not allowed", set()),
        ("user-agent: Mozilla/5.0 superuser=x useridentity=7 multiuser: 3", set()),
        ('{"userId": null, "tenant": "-", "customer_id": "unknown", "uid": ""}', set()),
        ("User: arn:aws:sts::123456789012:assumed-role/x is not authorized", set()),
        ("PAM ruser= rhost=10.0.0.1 user= rhost=10.0.0.1", set()),
    ],
)
def test_whom_an_error_names(said: str, named: set[str]) -> None:
    assert {name for _, name in whom([said])} == named


def test_a_delivery_tells_whom_each_of_its_problems_hit_also_in_repeats() -> None:
    lines = [f'{{"level":"ERROR","message":"cannot pay","user_id":"{user}"}}' for user in (1, 2, 1, 3)]
    records = tuple(LogRecord("/ecs/shop", "s", at, str(at), each) for at, each in enumerate(lines))
    (sighting,) = understand(Delivery("d", records), IntakePolicy()).sightings

    assert sighting.named == {(USERS, "1"), (USERS, "2"), (USERS, "3")}


def test_marks_tell_apart_within_one_problem_and_not_across() -> None:
    named = [(USERS, "ada"), (USERS, "bob"), (TENANTS, "ada")]
    here, there = unmet("v1-1", named, {}), unmet("v1-2", named, {})

    assert (len(here[USERS]), len(here[TENANTS])) == (2, 1)
    assert set(here[USERS]).isdisjoint(there[USERS])
    assert unmet("v1-1", named, here) == {}
    assert Affected.of(here) == Affected(users=2, tenants=1)


def test_so_many_are_told_apart_and_no_more_are_kept() -> None:
    many = [(REQUESTS, str(each)) for each in range(100)]
    first = unmet("v1-1", many[:20], {})
    more = unmet("v1-1", many, first)

    assert len(first[REQUESTS]) + len(more[REQUESTS]) == KEPT
    assert Affected.of({REQUESTS: set(first[REQUESTS]) | set(more[REQUESTS])}).requests == KEPT
