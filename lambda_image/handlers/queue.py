"""An SQS batch in, one message at a time; what fails is named so that only it comes again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


def each_message(event: Any, context: Any, work: Callable[[SQSRecord], object]) -> dict[str, Any]:
    """The `batchItemFailures` of this batch. The batch itself never fails."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def one(record: SQSRecord) -> None:
        work(record)

    return dict(process_partial_response(event, one, processor, context))
