"""Lambda `intake`: a batch of logs from any transport; new problems go to the queue."""

from __future__ import annotations

import time
from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.errors import DeliveryFailed, TracemendError
from lambda_image.handlers import metrics
from lambda_image.intake import take_in
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.steps.reading.decode import answers_for_each


def handler(event: Any, context: Any) -> dict[str, list[dict[str, str]]]:
    """The ids of the records to be delivered again, as Kinesis, Pipes and SQS read them.

    Other transports have no such answer: there the invocation fails, and Lambda tries again.
    """
    function = bootstrap.intake()
    function.clock.begin(context)
    tracer = function.tracer
    here = Work(context.function_name, context.aws_request_id, first_here(), tracer=tracer)
    try:
        with going_on(here), tracer.span("intake", attributes={"faas.coldstart": here.cold_start}):
            began = time.monotonic()
            batch = take_in(event, function.policy, function.recognition, function.ledger, function.incidents)
            metrics.taken(context, batch, time.monotonic() - began)
            if batch.failed:
                log.warning("records must come again", records=batch.failed)
    except TracemendError:
        raise
    except Exception as error:  # noqa: BLE001 - an entry point
        # Lambda logs what is raised, and this may quote the log that it choked on.
        raise RuntimeError(" ".join(log.of(error).values())) from None
    finally:
        tracer.flush()
    if batch.failed and not answers_for_each(event):
        raise DeliveryFailed(
            "a delivery could not be decoded or counted, and its transport takes no list of these"
        )
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in batch.failed]}
