"""Lambda `receipt`: hears, by a queue on the same topic, which notifications have really gone out."""

from __future__ import annotations

import json
from typing import Any

from lambda_image import bootstrap
from lambda_image.handlers.queue import each_message
from lambda_image.observing import log, work


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The receipts that must come again."""
    function = bootstrap.receipt()
    function.clock.begin(context)

    def confirm(body: str) -> None:
        metadata = json.loads(json.loads(body)["Message"])["metadata"]
        told, here = metadata["additionalContext"], work.current()
        here.incident, here.fingerprint = metadata["threadId"], told["fingerprint"]
        function.receipts.confirm(told["fingerprint"], told["notification_id"])
        log.info("card delivered")

    return each_message("receipt", event, context, function.tracer, lambda record: confirm(record.body))
