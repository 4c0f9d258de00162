"""Lambda `intake`: a batch of logs from any transport; new problems go to the queue."""

from __future__ import annotations

from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.errors import RecordUndecodable
from lambda_image.handlers import metrics
from lambda_image.intake import take_in


def handler(event: Any, context: Any) -> dict[str, list[dict[str, str]]]:
    """The ids of the records to be delivered again, as Kinesis, Pipes and SQS read them.

    A direct subscription has no such answer: there the invocation fails, and Lambda tries again.
    """
    function = bootstrap.intake()
    function.clock.begin(context)
    batch = take_in(event, function.policy, function.ledger, function.incidents)
    metrics.taken(context, batch)
    if batch.failed and "awslogs" in event:
        raise RecordUndecodable("the log batch of this direct subscription cannot be decoded")
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in batch.failed]}
