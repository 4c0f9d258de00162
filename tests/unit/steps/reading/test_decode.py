"""Every envelope gives the same records, and one that is broken harms no other."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.errors import EnvelopeUnknown
from lambda_image.domain.records import Delivery, Records, UndecodedDelivery
from lambda_image.steps.reading.decode import DECOMPRESSED_LIMIT, decode

EVENTS = Path(__file__).parents[3] / "events"


def event(name: str) -> Any:
    """A recorded event."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def messages(name: str) -> list[str]:
    """All messages in a recorded event."""
    deliveries = [each for each in decode(event(name)) if isinstance(each, Delivery)]
    return [record.message for each in deliveries for record in each.records]


def packed(plain: bytes) -> str:
    """As CloudWatch Logs packs a batch."""
    return base64.b64encode(gzip.compress(plain, mtime=0)).decode()


def test_three_records_of_two_events_give_six_messages() -> None:
    assert len(messages("pipe_batch")) == 6
    assert messages("kinesis_mapping") == messages("pipe_batch")


@pytest.mark.parametrize("name", ["direct_subscription", "file"])
def test_the_same_batch_in_other_envelopes(name: str) -> None:
    assert messages(name) == messages("pipe_batch")[:2]


def test_queue_messages_hold_packed_batches_or_whole_events() -> None:
    assert messages("sqs") == messages("pipe_batch")[:4]


@pytest.mark.parametrize(
    ("name", "words"), [("sns_alarm", "checkout-errors"), ("eventbridge", "OutOfMemoryError")]
)
def test_notifications_are_one_record(name: str, words: str) -> None:
    (message,) = messages(name)

    assert words in message


def test_a_delivery_is_named_as_its_transport_names_it() -> None:
    assert [each.id for each in decode(event("pipe_batch"))] == [
        each["sequenceNumber"] for each in event("pipe_batch")
    ]
    assert decode(event("sqs"))[0].id == event("sqs")["Records"][0]["messageId"]


def test_control_messages_carry_no_logs() -> None:
    (delivery,) = decode(event("control_message"))

    assert isinstance(delivery, Delivery)
    assert (delivery.records, delivery.control) == ((), 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("%%%", "not base64"),
        (base64.b64encode(b"plain").decode(), "not gzip"),
        (base64.b64encode(gzip.compress(b"x" * 1000, mtime=0)[:-10]).decode(), "too early"),
        (packed(b"not json"), "not JSON"),
        (packed(b"[1]"), "not a log batch"),
        (packed(b"{}"), "no logEvents"),
        (packed(b" " * (DECOMPRESSED_LIMIT + 1)), "larger than"),
        (None, "no data"),
    ],
)
def test_a_broken_record_fails_alone_and_says_why(data: str | None, reason: str) -> None:
    batch = event("pipe_batch")
    batch[1]["data"] = data
    first, broken, last = decode(batch)

    assert isinstance(first, Delivery)
    assert isinstance(last, Delivery)
    assert isinstance(broken, UndecodedDelivery)
    assert reason in broken.reason


@pytest.mark.parametrize("odd", [5, {"odd": 1}, {"body": "[" * 100_000}, {"body": "9" * 5_000}])
def test_a_record_of_no_known_shape_harms_no_other(odd: object) -> None:
    batch = event("pipe_batch")
    first, _, last = decode([batch[0], odd, batch[2]])

    assert isinstance(first, Delivery)
    assert isinstance(last, Delivery)


@pytest.mark.parametrize("time", ["soon", None, -1, 10**400])
def test_an_odd_log_event_is_a_line_all_the_same(time: object) -> None:
    batch = {
        "logGroup": "g",
        "logStream": "s",
        "logEvents": [7, {"timestamp": time, "message": "\ud800 boom"}],
    }
    (delivery,) = decode(batch)

    assert isinstance(delivery, Delivery)
    assert [(record.timestamp, record.message) for record in delivery.records] == [(0, "7"), (0, "? boom")]


def test_an_empty_batch_is_no_work() -> None:
    assert decode([]) == ()
    assert decode({"Records": []}) == ()


@pytest.mark.parametrize("unknown", [{}, {"hello": 1}, "text", 7, None, [1], {"Records": [{"odd": 1}]}])
def test_an_unknown_envelope_is_refused_with_the_known_ones(unknown: object) -> None:
    with pytest.raises(EnvelopeUnknown, match="EventBridge Pipe"):
        decode(unknown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "kinesis", "data", "awslogs", "body", "logEvents", "message", "Sns", "id"]
            )
            | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_event_at_all_raises_anything_else(anything: object) -> None:
    try:
        decode(anything)
    except EnvelopeUnknown:
        return


def test_lines_in_any_script_are_records_of_one_stream() -> None:
    texts = ["ERROR größer als 17 €", "エラー 17", "\ud83d half a pair", "plain"]
    events = [{"id": str(at), "timestamp": at, "message": text} for at, text in enumerate(texts)]
    (delivery,) = decode(
        {"messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "s", "logEvents": events}
    )

    assert isinstance(delivery, Delivery)
    assert isinstance(delivery.records, Records)
    assert [each.message for each in delivery.records] == [*texts[:2], "? half a pair", "plain"]
