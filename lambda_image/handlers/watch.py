"""Lambda `watch`: a schedule's event in; what became of our pull requests is looked at, and told."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from lambda_image import bootstrap
from lambda_image.aftercare.watch import watch
from lambda_image.handlers import metrics
from lambda_image.observing.work import Work, first_here, going_on


def handler(event: Any, context: Any) -> dict[str, int]:  # noqa: ARG001 - that it comes says all
    """How many problems were looked at, how many fates told, and how many looks failed."""
    function = bootstrap.watch()
    function.clock.begin(context)
    here = Work(context.function_name, context.aws_request_id, first_here(), tracer=function.tracer)
    try:
        with going_on(here), function.tracer.span("watch", "consumer", parent={}):
            began = time.monotonic()
            seen = watch(function.watcher)
            metrics.watched(context, seen, time.monotonic() - began)
    finally:
        function.tracer.flush()
    return asdict(seen)
