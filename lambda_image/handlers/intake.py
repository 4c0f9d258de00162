"""Lambda `intake`: a batch of logs from any transport; new problems go to the queue."""

from __future__ import annotations

from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.errors import DeliveryFailed
from lambda_image.handlers import metrics
from lambda_image.intake import take_in
from lambda_image.steps.decode import answers_for_each


def handler(event: Any, context: Any) -> dict[str, list[dict[str, str]]]:
    """The ids of the records to be delivered again, as Kinesis, Pipes and SQS read them.

    Other transports have no such answer: there the invocation fails, and Lambda tries again.
    """
    function = bootstrap.intake()
    function.clock.begin(context)
    batch = take_in(event, function.policy, function.recognition, function.ledger, function.incidents)
    metrics.taken(context, batch)
    if batch.failed and not answers_for_each(event):
        raise DeliveryFailed(
            "a delivery could not be decoded or counted, and its transport takes no list of these"
        )
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in batch.failed]}
