"""Lambda `respond`: one new problem in, one answer in the channel out; spikes and digests need no model."""

from __future__ import annotations

import time
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image import bootstrap
from lambda_image.domain.noise import Digest
from lambda_image.domain.quiet import Morning
from lambda_image.handlers import metrics
from lambda_image.handlers.queue import each_message, is_final
from lambda_image.notices import tell_digest, tell_member, tell_morning, tell_spike
from lambda_image.observing import log, work
from lambda_image.pipeline import respond
from lambda_image.wire import decode_work


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.respond()
    function.clock.begin(context)

    def one(record: SQSRecord) -> None:
        began = time.monotonic()
        queued = decode_work(record.body)
        if isinstance(queued, Morning):
            tell_morning(queued, function.desk, function.keeping)
            return
        work.current().about(queued)
        if isinstance(queued, Digest):
            tell_digest(queued, function.desk, function.digests)
            return
        if queued.spike:
            tell_spike(queued, function.desk)
            return
        final = is_final(record, function.receives)
        if queued.joined:
            tell_member(queued, function.desk, final=final)
            return
        done = respond(queued, function.desk, function.tools, function.repairs, final=final)
        if done is None:
            log.info("it was done before")
        else:
            metrics.answered(context, done, queued.first_seen, time.monotonic() - began, function.prices)

    return each_message("respond", event, context, function.tracer, one)
