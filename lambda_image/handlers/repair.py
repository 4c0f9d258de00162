"""Lambda `repair`: one diagnosed problem in, one tested pull request out, or the reasons for none."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from lambda_image import bootstrap
from lambda_image.domain.incident import Incident
from lambda_image.handlers.queue import each_message, is_final
from lambda_image.pipeline import repair
from lambda_image.wire import decode


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.repair()
    function.clock.begin(context)

    def work(record: SQSRecord) -> None:
        final = is_final(record, function.receives)
        repair(decode(Incident, record.body), function.desk, function.tools, function.host, final=final)

    return each_message(event, context, work)
