"""An SQS batch in, one message at a time; what fails is named so that only it comes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def each_message(event: Any, context: Any, work: Callable[[SQSRecord], object]) -> dict[str, Any]:
    """The `batchItemFailures` of this batch. The batch itself never fails."""
    logger = Logger(service="tracemend")
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def one(record: SQSRecord) -> None:
        try:
            work(record)
        except Exception as error:
            told = {"message_id": record.message_id, "error": type(error).__name__, "reason": str(error)}
            logger.error("message failed", extra=told)  # noqa: TRY400 - a traceback could hold log text
            raise

    return dict(process_partial_response(event, one, processor, context))


def is_final(record: SQSRecord, receives: int) -> bool:
    """Whether the queue gives the message up if it fails this time; `receives` is its maxReceiveCount."""
    return int(record.attributes.approximate_receive_count or 1) >= receives
