"""An SQS batch in, one message at a time; what fails is named so that only it comes again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image.handlers import metrics
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.tracing import Attributes, Tracer


def each_message(
    name: str, event: Any, context: Any, tracer: Tracer, do: Callable[[SQSRecord], object]
) -> dict[str, Any]:
    """The `batchItemFailures` of this batch. The batch itself never fails.

    Each message is a piece of work, and its trace, a span called `name`, continues the one that it carries.
    """
    cold_start = first_here()
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def one(record: SQSRecord) -> None:
        here = Work(context.function_name, context.aws_request_id, cold_start, tracer=tracer)
        with going_on(here):
            try:
                with tracer.span(name, "consumer", _described(record), _carried(record)) as span:
                    try:
                        do(record)
                    finally:
                        here.trace_id = here.subject.get("trace_id", "")
                        span.set({f"tracemend.{key}": value for key, value in here.subject.items()})
            except Exception as error:
                log.error("message failed", message_id=record.message_id, **log.of(error))
                metrics.failed(context)
                raise

    try:
        return dict(process_partial_response(event, one, processor, context))
    finally:
        tracer.flush()


def is_final(record: SQSRecord, receives: int) -> bool:
    """Whether the queue gives the message up if it fails this time; `receives` is its maxReceiveCount."""
    return int(record.attributes.approximate_receive_count or 1) >= receives


def _described(record: SQSRecord) -> Attributes:
    return {
        "messaging.system": "aws_sqs",
        "messaging.message.id": record.message_id,
        "tracemend.receives": int(record.attributes.approximate_receive_count or 1),
    }


def _carried(record: SQSRecord) -> dict[str, str]:
    """The trace that the message continues; of a topic's message it stands in the body."""
    if found := record.message_attributes["traceparent"] if record.message_attributes else None:
        return {"traceparent": found.string_value or ""}
    try:
        return {"traceparent": json.loads(record.body)["MessageAttributes"]["traceparent"]["Value"]}
    except (ValueError, TypeError, KeyError):
        return {}
