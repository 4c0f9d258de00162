"""Spans to a collector on loopback, and what becomes of the work when it is away."""

from __future__ import annotations

import time

import pytest

from lambda_image.adapters.otlp import PATIENCE, OtlpTracer
from tests.fakes.collector import Collector

pytestmark = pytest.mark.loopback


def test_a_trace_goes_on_where_a_message_carries_it() -> None:
    with Collector() as collector:
        sender, receiver = (OtlpTracer(collector.url, {"service.name": name}) for name in ("a", "b"))
        with sender.span("send", attributes={"n": 1}):
            carried = sender.carrier()
        with receiver.span("receive", "consumer", parent=carried) as span:
            span.set({"models": ("x", "y")})
        for tracer in (sender, receiver):
            tracer.flush()
        sent, received = collector.spans

    assert (received.trace_id, received.parent, received.kind) == (sent.trace_id, sent.span_id, "consumer")
    assert (sent.attributes, received.attributes) == ({"n": 1}, {"models": ("x", "y")})
    assert sender.carrier() == {}


def test_an_empty_or_broken_carrier_begins_a_trace_that_is_linked_to_the_current_one() -> None:
    with Collector() as collector:
        tracer = OtlpTracer(collector.url, {})
        with tracer.span("batch"):
            for carrier in ({}, {"traceparent": "what is this"}):
                with tracer.span("record", "consumer", parent=carrier):
                    pass
        tracer.flush()
        first, second, batch = collector.spans

    assert len({first.trace_id, second.trace_id, batch.trace_id}) == 3
    assert (first.links, second.links) == ((batch.trace_id,), (batch.trace_id,))


def test_of_an_exception_its_type_is_told_and_not_its_text() -> None:
    with Collector() as collector:
        tracer = OtlpTracer(collector.url, {})
        with pytest.raises(ValueError, match="customer"), tracer.span("work"):
            raise ValueError("the customer's words")
        tracer.flush()
        (span,) = collector.spans

    assert span.failed == "ValueError"
    assert "customer" not in str(span)


@pytest.mark.parametrize("status", [400, 503])
def test_a_collector_that_refuses_costs_a_short_wait_and_the_spans(status: int) -> None:
    lost: list[int] = []
    with Collector(status) as collector:
        tracer = OtlpTracer(collector.url, {}, lost.append)
        with tracer.span("work"):
            pass
        began = time.monotonic()
        tracer.flush()
        tracer.flush()

    assert lost == [1]
    assert time.monotonic() - began < PATIENCE + 2


def test_a_collector_that_is_not_there_is_no_error() -> None:
    lost: list[int] = []
    with Collector() as collector:
        address = collector.url
    tracer = OtlpTracer(address, {}, lost.append)
    with tracer.span("work"):
        pass
    tracer.flush()

    assert lost == [1]
