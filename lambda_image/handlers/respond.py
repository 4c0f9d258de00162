"""Lambda `respond`: one new problem in, one answer in the channel out; spikes and digests need no model."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image import bootstrap
from lambda_image.domain.noise import Digest
from lambda_image.handlers import metrics
from lambda_image.handlers.queue import each_message, is_final
from lambda_image.notices import tell_digest, tell_spike
from lambda_image.pipeline import respond
from lambda_image.wire import decode_work


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.respond()
    function.clock.begin(context)

    def work(record: SQSRecord) -> None:
        began = time.monotonic()
        incident = decode_work(record.body)
        if isinstance(incident, Digest):
            tell_digest(incident, function.desk, function.digests)
            return
        if incident.spike:
            tell_spike(incident, function.desk)
            return
        final = is_final(record, function.receives)
        done = respond(incident, function.desk, function.tools, function.repairs, final=final)
        if done:
            metrics.answered(context, done, incident.first_seen, time.monotonic() - began)

    return each_message(event, context, work)
