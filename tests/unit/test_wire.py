"""Domain records survive the queue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.errors import InputRefused
from lambda_image.domain.incident import History, Incident, Task, TaskState, WorkClaim
from lambda_image.domain.noise import Digest, Spike
from lambda_image.domain.patch import FileChange, Patch, VerifyRequest
from lambda_image.steps.telling.notice import compose_spike
from lambda_image.wire import decode, decode_outcome, decode_work, encode
from tests.fakes.events import START, incident


def test_an_incident_comes_back_as_it_was() -> None:
    assert decode(Incident, encode(incident())) == incident()


def test_what_intake_queues_comes_back_as_what_it_is() -> None:
    digest = Digest("digest-1", 1, 600_001)
    history = History(1, 41, 3 * 86_400_000, "https://git.example.com/pull/1")
    back = replace(incident(), history=history, spike=Spike(5, 40, 2))

    assert decode_work(encode(digest)) == digest
    assert decode_work(encode(back)) == back


@pytest.mark.parametrize("text", ["", "[]", "{}", '"closes"', '{"closes": "soon"}', b"\xff"])
def test_what_intake_never_queued_is_refused(text: str | bytes) -> None:
    with pytest.raises(InputRefused):
        decode_work(text)


@given(st.binary(max_size=200), st.text(max_size=50))
def test_bytes_and_any_text_come_back(content: bytes, trace: str) -> None:
    patch = Patch("o/n", "c" * 40, trace, (FileChange("a/b.py", content),))
    request = VerifyRequest(content, patch, trace=trace)

    assert decode(VerifyRequest, encode(request)) == request


def test_characters_that_a_queue_refuses_travel_as_escapes() -> None:
    odd = incident(message="\x00 \ufffe \uffff \U0001ffff")
    text = encode(odd)

    assert not {"\x00", "\ufffe", "\uffff"} & set(text)  # SQS API Reference, SendMessage
    assert decode(Incident, text) == odd


def test_sets_and_enums_come_back() -> None:
    claim = WorkClaim("v1-a", Task.REPAIR, TaskState.BUSY, delivered=frozenset({"b", "a"}))

    assert decode(WorkClaim, encode(claim)) == claim


@pytest.mark.parametrize("text", ["", "null", "{}", '{"fingerprint": 1}', "[1, 2"])
def test_what_is_no_record_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(InputRefused, match="not a Incident"):
        decode(Incident, text)


def test_a_trace_of_before_is_read_by_what_its_work_was_called_then() -> None:
    stored = compose_spike(incident(), Spike(START, 51, 10))
    old = encode(stored).replace('"work_id":', '"thread_id":', 1)

    assert (decode_outcome(encode(stored)), decode_outcome(old)) == (stored, stored)
    with pytest.raises(InputRefused, match="not JSON"):
        decode_outcome("{")
