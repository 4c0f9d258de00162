"""Lambda `repair`: one diagnosed problem in, one tested pull request out, or the reasons for none."""

from __future__ import annotations

from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.incident import Incident
from lambda_image.handlers.queue import each_message
from lambda_image.pipeline import repair
from lambda_image.wire import decode


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The messages that must come again."""
    function = bootstrap.repair()
    function.clock.begin(context)
    return each_message(
        event,
        context,
        lambda record: repair(decode(Incident, record.body), function.desk, function.tools, function.host),
    )
