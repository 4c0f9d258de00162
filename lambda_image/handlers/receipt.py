"""Lambda `receipt`: hears, by a queue on the same topic, which notifications have really gone out."""

from __future__ import annotations

import json
from typing import Any

from lambda_image import bootstrap
from lambda_image.handlers.queue import each_message


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The receipts that must come again."""
    function = bootstrap.receipt()
    function.clock.begin(context)

    def confirm(body: str) -> None:
        told = json.loads(json.loads(body)["Message"])["metadata"]["additionalContext"]
        function.receipts.confirm(told["fingerprint"], told["notification_id"])

    return each_message(event, context, lambda record: confirm(record.body))
