"""Each rule of the custom notification schema, at its limit and one beyond."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.channel.schema import MESSAGE_LIMIT, Accepted, Dropped, check
from lambda_image.adapters.channels.chatbot import envelope, problems
from lambda_image.domain.notification import (
    DESCRIPTION_LIMIT,
    KEYWORD_LIMIT,
    NEXT_STEP_LIMIT,
    TITLE_LIMIT,
    Notification,
)
from tests.unit.channel.notes import note


def reasons(message: str) -> tuple[str, ...]:
    verdict = check(message)
    return verdict.reasons if isinstance(verdict, Dropped) else ()


def framed(**fields: Any) -> str:
    return json.dumps({"version": "1.0", "source": "custom", **fields})


def warnings(message: str) -> tuple[str, ...]:
    verdict = check(message)
    assert isinstance(verdict, Accepted)
    return verdict.warnings


def test_all_fields_are_read() -> None:
    content = {
        "textType": "client-markdown",
        "title": "t",
        "nextSteps": ["one", "two"],
        "keywords": ["k"],
    }
    metadata = {
        "threadId": "th",
        "summary": "s",
        "eventType": "e",
        "relatedResources": ["arn"],
        "additionalContext": {"fingerprint": "f"},
        "enableCustomActions": False,
    }

    verdict = check(note(content, id="i", metadata=metadata))

    assert isinstance(verdict, Accepted)
    new = verdict.notification
    assert (new.id, new.title, new.description) == ("i", "t", "d")
    assert (new.next_steps, new.keywords) == (("one", "two"), ("k",))
    assert (new.thread_id, new.summary, new.event_type) == ("th", "s", "e")
    assert new.related_resources == ("arn",)
    assert new.additional_context == {"fingerprint": "f"}
    assert not new.custom_actions
    assert verdict.warnings == ()


def test_a_description_is_enough() -> None:
    verdict = check(note())

    assert isinstance(verdict, Accepted)
    assert verdict.notification.custom_actions


@pytest.mark.parametrize(
    ("path", "limit", "content"),
    [
        ("content.title", TITLE_LIMIT, lambda text: {"title": text}),
        ("content.description", DESCRIPTION_LIMIT, lambda text: {"description": text}),
        ("content.nextSteps[1]", NEXT_STEP_LIMIT, lambda text: {"nextSteps": ["a", text]}),
        ("content.keywords[0]", KEYWORD_LIMIT, lambda text: {"keywords": [text]}),
    ],
)
@pytest.mark.parametrize("letter", ["x", "é"])
def test_lengths_count_characters(path: str, limit: int, content: Any, letter: str) -> None:
    assert reasons(note(content(letter * limit))) == ()
    assert reasons(note(content(letter * (limit + 1)))) == (
        f"{path}: {limit + 1} characters, at most {limit}",
    )


def test_an_emoji_counts_twice() -> None:
    assert reasons(note({"title": "\U0001f6a8" * 125})) == ()
    assert reasons(note({"title": "\U0001f6a8" * 125 + "x"})) == (
        "content.title: 251 characters, at most 250",
    )


def test_the_whole_message_counts_bytes() -> None:
    room = MESSAGE_LIMIT - len(note(metadata={"summary": ""}))
    fits = note(metadata={"summary": "x" * room})

    assert len(fits) == MESSAGE_LIMIT
    assert reasons(fits) == ()
    assert reasons(fits + " ") == (f"message: {MESSAGE_LIMIT + 1} bytes, at most {MESSAGE_LIMIT}",)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (note(version=1.0), "version: must be the string '1.0'"),
        (note(version="1"), "version: must be the string '1.0'"),
        (note(source="aws"), "source: must be the string 'custom'"),
        (note({"textType": "markdown"}), "content.textType: must be the string 'client-markdown'"),
        (note({"textType": None}), "content.textType: must be the string 'client-markdown'"),
        (note({"description": ""}), "content.description: empty"),
        (note({"description": " \n"}), "content.description: empty"),
        (note({"description": None}), "content.description: must be of type string, is null"),
        (note({"title": None}), "content.title: must be of type string, is null"),
        (note({"title": 7}), "content.title: must be of type string, is number"),
        (note({"nextSteps": "one"}), "content.nextSteps: must be of type array, is string"),
        (note({"nextSteps": None}), "content.nextSteps: must be of type array, is null"),
        (note({"nextSteps": [True]}), "content.nextSteps[0]: must be of type string, is boolean"),
        (note({"keywords": [1]}), "content.keywords[0]: must be of type string, is number"),
        (note({"colour": "red"}), "content: unknown colour"),
        (note(detail={}), "message: unknown detail"),
        (note(id=1), "id: must be of type string, is number"),
        (framed(content=None), "content: must be of type object, is null"),
        (framed(content={"title": "t"}), "content: 'description' is a required property"),
        (note(metadata=None), "metadata: must be of type object, is null"),
        (note(metadata={"owner": "x"}), "metadata: unknown owner"),
        (note(metadata={"threadId": 1}), "metadata.threadId: must be of type string, is number"),
        (note(metadata={"summary": None}), "metadata.summary: must be of type string, is null"),
        (
            note(metadata={"relatedResources": [{}]}),
            "metadata.relatedResources[0]: must be of type string, is object",
        ),
        (
            note(metadata={"additionalContext": {"n": 3}}),
            "metadata.additionalContext.n: must be of type string, is number",
        ),
        (
            note(metadata={"enableCustomActions": "true"}),
            "metadata.enableCustomActions: must be of type boolean, is string",
        ),
        ("[]", "message: must be of type object, is array"),
        ("null", "message: must be of type object, is null"),
        (
            '{"version":"1.0","source":"custom","content":{"description":"\\ud800"}}',
            "message: holds half a character (a lone surrogate)",
        ),
    ],
)
def test_one_fault_is_one_reason(message: str, reason: str) -> None:
    assert reasons(message) == (reason,)


@pytest.mark.parametrize("field", ["version", "source", "content"])
def test_the_frame_is_required(field: str) -> None:
    document = json.loads(note())
    del document[field]

    assert reasons(json.dumps(document)) == (f"message: '{field}' is a required property",)


@pytest.mark.parametrize("message", ["", "plain text", "{", '{"version": NaN}', "[" * 100_000, "\ud800"])
def test_what_is_not_json_is_dropped(message: str) -> None:
    (reason,) = reasons(message)

    assert reason.startswith("message: not JSON")


def test_every_fault_is_named_but_not_without_end() -> None:
    faults = reasons(note({"keywords": [1] * 100}, id=3))

    assert faults[0] == "content.keywords[0]: must be of type string, is number"
    assert len(faults) == 20


def test_reasons_do_not_repeat_the_content() -> None:
    (reason,) = reasons(note({"title": "secret" * 100}))

    assert "secret" not in reason


def test_what_shows_badly_is_a_warning() -> None:
    assert warnings(note({"nextSteps": ["a", "b", "a"]})) == ("content.nextSteps: holds the same item twice",)
    assert warnings(note({"keywords": ["a", " "]})) == ("content.keywords: holds an empty item",)
    assert warnings(note({"keywords": [str(n) for n in range(11)]})) == (
        "content.keywords: 11 items, more than 10",
    )
    assert warnings(note({"keywords": [str(n) for n in range(10)]})) == ()


@settings(max_examples=30)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_no_content_makes_it_raise(value: Any) -> None:
    fields = ("title", "description", "nextSteps", "keywords", "textType")

    for field in fields:
        assert check(note({field: value}))


TEXT = st.sampled_from(
    ["", " ", "text", "*bold* \U0001f6a8", "x" * 75, "x" * 76, "x" * 350, "\U0001f6a8" * 176]
)


@given(
    title=TEXT | st.sampled_from(["x" * 250, "x" * 251, "\U0001f6a8" * 126]),
    description=TEXT | st.sampled_from(["x" * 8_000, "x" * 8_001]),
    steps=st.lists(TEXT, max_size=12),
    words=st.lists(TEXT, max_size=12),
)
def test_the_publisher_and_the_channel_agree(
    title: str, description: str, steps: list[str], words: list[str]
) -> None:
    notification = Notification(
        id="i",
        fingerprint="f",
        thread_id="t",
        event_type="incident",
        title=title,
        description=description,
        next_steps=tuple(steps),
        keywords=tuple(words),
    )
    message = envelope(notification)

    verdict = check(message)

    clean = isinstance(verdict, Accepted) and not verdict.warnings
    assert clean == (not list(problems(notification, message)))
