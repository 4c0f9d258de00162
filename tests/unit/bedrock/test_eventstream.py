"""Frames as botocore reads them."""

from __future__ import annotations

import json
from typing import Any

from botocore.eventstream import EventStreamBuffer

from infra.local.bedrock.answer import Answer
from infra.local.bedrock.engines.engine import Completion, StopReason
from infra.local.bedrock.eventstream import frame

ENGINE = {"name": "extractive", "model": "no model (extractive)"}


def test_botocore_reads_a_frame_back_with_its_checksums() -> None:
    payload = {"delta": {"text": "naïve \N{SNOWMAN}"}, "contentBlockIndex": 0}
    buffer = EventStreamBuffer()
    buffer.add_data(frame("contentBlockDelta", payload) + frame("contentBlockStop", {}))

    messages: list[Any] = list(buffer)
    first, second = messages

    assert first.headers == {
        ":event-type": "contentBlockDelta",
        ":content-type": "application/json",
        ":message-type": "event",
    }
    assert json.loads(first.payload) == payload
    assert second.headers[":event-type"] == "contentBlockStop"


def test_the_pieces_of_a_stream_make_up_the_text_to_the_last_blank() -> None:
    text = "  def f():\n\treturn 1 \n"
    answer = Answer(Completion(text, 1, 2, StopReason.END_TURN), None, ENGINE, 3)

    events = list(answer.events())

    assert "".join(event["delta"]["text"] for name, event in events if name == "contentBlockDelta") == text
    assert [name for name, _ in events if name != "contentBlockDelta"] == [
        "messageStart",
        "contentBlockStop",
        "messageStop",
        "metadata",
    ]


def test_a_call_that_was_cut_stays_text_and_says_max_tokens() -> None:
    cut = Answer(Completion('{"a": "b', 1, 2, StopReason.MAX_TOKENS), "Tool", ENGINE, 3).response()

    assert cut["stopReason"] == "max_tokens"
    assert cut["output"]["message"]["content"] == [{"text": '{"a": "b'}]
