"""How messages become threads, and what is not a message of the topic."""

from __future__ import annotations

import json

import pytest

from infra.local.channel.envelope import NotAnEnvelope, unwrap
from infra.local.channel.inbox import DroppedMessage, Message, grouped
from tests.unit.channel.notes import BEGAN, arrived, note, threaded


def shown(*messages: str) -> tuple[Message, ...]:
    return tuple(each for each in arrived(*messages) if isinstance(each, Message))


def test_the_first_of_a_thread_is_on_top_and_the_others_reply() -> None:
    messages = shown(threaded("a", title="a1"), threaded("b", title="b1"), threaded("a", title="a2"))

    first, second = grouped(messages)

    assert first.top.notification.title == "a1"
    assert first.top.notification.summary == "Summary of a"
    assert [reply.notification.title for reply in first.replies] == ["a2"]
    assert second.replies == ()
    assert [each.is_reply for each in messages] == [False, False, True]


def test_messages_without_a_thread_stand_alone() -> None:
    messages = shown(note(), note(metadata={"threadId": ""}))

    assert len(grouped(messages)) == 2
    assert not any(each.is_reply for each in messages)


def test_a_second_publish_of_one_id_is_shown_and_marked() -> None:
    messages = shown(note(id="x"), note(id="y"), note(id="x"), note(), note())

    assert [each.is_repeat for each in messages] == [False, False, True, False, False]


def test_a_dropped_message_does_not_open_its_thread() -> None:
    dropped, message = arrived(threaded("a", title="x" * 251), threaded("a"))

    assert isinstance(dropped, DroppedMessage)
    assert isinstance(message, Message)
    assert not message.is_reply


def test_pings_of_all_fields_are_collected() -> None:
    (message,) = shown(note({"title": "<!here>", "nextSteps": ["ask <@U123>"], "keywords": ["@channel"]}))

    assert message.pings == ("@here", "@U123", "@channel")


def test_an_envelope_is_read() -> None:
    body = {
        "Type": "Notification",
        "MessageId": "m",
        "Timestamp": "2026-11-23T08:35:00.000Z",
        "Subject": None,
        "Message": "text",
    }

    envelope = unwrap(json.dumps(body))

    assert (envelope.message_id, envelope.timestamp) == ("m", BEGAN)
    assert (envelope.message, envelope.subject) == ("text", "")


@pytest.mark.parametrize(
    "body",
    [
        "text",
        "[]",
        "7",
        note(),
        '{"Type": "Notification"}',
        "[" * 100_000,
        '{"Type": "Notification", "MessageId": 1}',
    ],
)
def test_a_raw_message_is_no_envelope(body: str) -> None:
    with pytest.raises(NotAnEnvelope, match="raw message delivery"):
        unwrap(body)


def test_a_subscription_confirmation_is_no_notification() -> None:
    body = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "m",
        "Timestamp": "2026-11-23T08:35:00.000Z",
        "Message": "confirm",
    }

    with pytest.raises(NotAnEnvelope, match="SubscriptionConfirmation"):
        unwrap(json.dumps(body))
