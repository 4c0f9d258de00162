"""Lambda `respond`: one new problem in, one answer in the channel out."""

from __future__ import annotations

from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.incident import Incident
from lambda_image.handlers.queue import each_message
from lambda_image.pipeline import respond
from lambda_image.wire import decode


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.respond()
    function.clock.begin(context)
    return each_message(
        event,
        context,
        lambda record: respond(
            decode(Incident, record.body), function.desk, function.tools, function.repairs
        ),
    )
