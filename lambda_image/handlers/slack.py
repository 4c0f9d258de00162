"""Lambda `slack`: what people send from Slack, by the function's URL; and the work that follows from it."""

from __future__ import annotations

import base64
from typing import Any

from lambda_image.domain.errors import InputRefused, TracemendError
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.wiring import doorkeeper
from lambda_image.wiring.functions import SlackFunction

# HTTP.
FAILED = 500


def handler(event: Any, context: Any) -> dict[str, Any]:
    """The answer to Slack, within its 3 seconds; to work that was put off nobody listens."""
    function = doorkeeper.slack()
    function.clock.begin(context)
    here = Work(context.function_name, context.aws_request_id, first_here(), tracer=function.tracer)
    with going_on(here), function.tracer.span("slack", "consumer", parent={}):
        return function.app.go_on(event, context) or _answer(event, context, function)


def _answer(event: dict[str, Any], context: Any, function: SlackFunction) -> dict[str, Any]:
    try:
        return _taken(event, context, function)
    except InputRefused as refused:
        log.warning("slack request refused", reason=str(refused))
        return {"statusCode": 401, "body": ""}
    except TracemendError as error:
        log.error("slack request failed", **log.of(error))
        return {"statusCode": 503, "body": ""}


def _taken(event: dict[str, Any], context: Any, function: SlackFunction) -> dict[str, Any]:
    headers, body = event.get("headers", {}), _body(event)
    if not function.gate.admit(headers, body):
        return {"statusCode": 200, "body": ""}
    answer = function.app.take(event, context)
    if answer["statusCode"] >= FAILED:
        function.gate.forget(headers, body)
    return answer


def _body(event: dict[str, Any]) -> bytes:
    """As it was signed. Raises InputRefused."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError as error:
        raise InputRefused("a body that cannot be read") from error
