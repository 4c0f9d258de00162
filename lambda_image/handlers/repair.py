"""Lambda `repair`: one diagnosed problem in, one tested pull request out, or the reasons for none."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image import bootstrap
from lambda_image.domain.incident import Incident
from lambda_image.handlers import metrics
from lambda_image.handlers.queue import each_message, is_final
from lambda_image.observing import log, work
from lambda_image.pipeline import repair
from lambda_image.wire import decode


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.repair()
    function.clock.begin(context)

    def one(record: SQSRecord) -> None:
        began = time.monotonic()
        incident = decode(Incident, record.body)
        work.current().about(incident)
        final = is_final(record, function.receives)
        done = repair(incident, function.desk, function.tools, function.attempts, final=final)
        if done is None:
            log.info("it was done before")
        else:
            metrics.repaired(context, done, time.monotonic() - began, function.prices)

    return each_message("repair", event, context, function.tracer, one)
