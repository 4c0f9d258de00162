"""The envelope is what the channel takes; what it would drop is not sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from infra.local.channel.schema import Accepted, Dropped
from infra.local.channel.schema import check as channel
from lambda_image.adapters.channels.chatbot import SnsNotifier, envelope, problems
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Notification, Outcome, Telling
from lambda_image.steps.telling.notice import UNDIAGNOSED
from tests.fakes.clock import FixedClock

TOPIC = "arn:aws:sns:eu-west-1:123456789012:incidents"
NOTE = Notification(
    id="v1-abc-1-respond",
    fingerprint="v1-abc",
    thread_id="v1-abc-1",
    event_type="tracemend.respond",
    title="ZeroDivisionError in shop",
    description="It divides by zero.",
    next_steps=("Restart it.",),
    keywords=("shop",),
    summary="ZeroDivisionError in shop",
    related_resources=("/aws/lambda/shop",),
)


def telling(note: Notification) -> Telling:
    """An outcome of this one message."""
    return Telling(Outcome(note.fingerprint, note.thread_id, Task.RESPOND, UNDIAGNOSED, note))


@pytest.fixture
def stubbed() -> tuple[SnsNotifier, Stubber]:
    """A notifier whose SNS answers as the test says."""
    client = boto3.client(
        "sns",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    stubber = Stubber(client)
    stubber.activate()
    return SnsNotifier(client, TOPIC, Retry(FixedClock(), attempts=3, sleep=lambda _: None)), stubber


def test_the_envelope_is_the_custom_notification_schema() -> None:
    message = json.loads(envelope(NOTE))

    assert isinstance(channel(envelope(NOTE)), Accepted)
    assert message["version"] == "1.0"
    assert message["metadata"]["threadId"] == "v1-abc-1"
    assert message["metadata"]["additionalContext"] == {
        "fingerprint": "v1-abc",
        "notification_id": "v1-abc-1-respond",
    }


def test_empty_fields_are_left_out() -> None:
    bare = Notification("i", "f", "t", "", "", "Something broke.")
    message = json.loads(envelope(bare))

    assert isinstance(channel(envelope(bare)), Accepted)
    assert set(message["content"]) == {"textType", "description"}
    assert set(message["metadata"]) == {"threadId", "additionalContext"}


@pytest.mark.parametrize(
    ("changes", "fine"),
    [
        ({"title": "x" * 250}, True),
        ({"title": "x" * 251}, False),
        ({"description": "x" * 8_000}, True),
        ({"description": "x" * 8_001}, False),
        ({"description": "\U0001f600" * 4_001}, False),
        ({"description": " "}, False),
        ({"next_steps": ("x" * 350,)}, True),
        ({"next_steps": ("x" * 351,)}, False),
        ({"next_steps": ("a", "a")}, False),
        ({"next_steps": ("",)}, False),
        ({"next_steps": tuple("abcdefghijk")}, False),
        ({"keywords": ("x" * 75,)}, True),
        ({"keywords": ("x" * 76,)}, False),
        ({"related_resources": ("x" * 262_144,)}, False),
    ],
)
def test_each_limit_holds(stubbed: tuple[SnsNotifier, Stubber], changes: dict[str, Any], fine: bool) -> None:  # noqa: FBT001
    notifier, stubber = stubbed
    note = replace(NOTE, **changes)
    if fine:
        stubber.add_response("publish", {"MessageId": "m"}, {"TopicArn": TOPIC, "Message": ANY})
        notifier.publish(telling(note))
    else:
        with pytest.raises(PermanentError, match=f"would drop notification {NOTE.id}"):
            notifier.publish(telling(note))
    stubber.assert_no_pending_responses()


@given(st.integers(0, 300), st.integers(0, 400), st.integers(0, 90), st.text(max_size=3))
def test_what_passes_here_is_never_dropped_by_the_channel(
    title: int, step: int, word: int, text: str
) -> None:
    note = replace(
        NOTE, title="t" * title, next_steps=("s" * step,), keywords=("w" * word,), description=text + "x"
    )
    refused = list(problems(note, envelope(note)))

    assert bool(refused) or not isinstance(channel(envelope(note)), Dropped)


@pytest.mark.parametrize(
    ("code", "status"), [("Throttled", 429), ("Throttling", 400), ("KMSThrottling", 400)]
)
def test_a_throttled_topic_is_tried_again(
    stubbed: tuple[SnsNotifier, Stubber], code: str, status: int
) -> None:
    notifier, stubber = stubbed
    stubber.add_client_error("publish", code, http_status_code=status)
    stubber.add_response("publish", {"MessageId": "m"})
    notifier.publish(telling(NOTE))

    stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "error", "calls"),
    [("InternalError", TransientError, 3), ("AuthorizationError", PermanentError, 1)],
)
def test_errors_of_the_topic_are_ours(
    stubbed: tuple[SnsNotifier, Stubber], code: str, error: type[Exception], calls: int
) -> None:
    notifier, stubber = stubbed
    for _ in range(calls):
        stubber.add_client_error("publish", code)

    with pytest.raises(error):
        notifier.publish(telling(NOTE))
    stubber.assert_no_pending_responses()
