"""Lambda `chat`: somebody pressed a button below a card. What it returns is shown in the card's thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.action import Verb
from lambda_image.domain.errors import InputRefused, TracemendError
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.talking.chat import press

UNKNOWN = "this is no button of Tracemend: exactly one of " + ", ".join(Verb) + " is expected, with its token"


def handler(event: Any, context: Any) -> str:
    """One line for people; a failure is one too, because the channel shows nothing else."""
    function = bootstrap.chat()
    function.clock.begin(context)
    here = Work(context.function_name, context.aws_request_id, first_here(), tracer=function.tracer)
    with going_on(here), function.tracer.span("chat", "consumer", parent={}):
        try:
            verb, token, called = _asked(event, context.function_name)
            here.incident = token.partition(".")[0]
            said = press(verb, token, replace(function.counter, called=called))
        except InputRefused as refused:
            log.warning("button refused", **log.of(refused))
            return f"Refused: {refused}."
        except TracemendError as error:
            log.error("button failed", **log.of(error))
            return f"That did not work: {error}. Press it again in a minute."
        log.info("button served", verb=verb)
        return said


def _asked(event: Any, called: str) -> tuple[Verb, str, str]:
    """The verb, its token with what was typed behind it, and how commands begin: `{"<verb>": "<token>"}`.

    The Slack app, where no command is typed, says so by `"app": true`. Raises InputRefused.
    """
    if isinstance(event, dict) and event.get("app") is True:
        event, called = {key: value for key, value in event.items() if key != "app"}, ""
    if not isinstance(event, dict) or len(event) != 1:
        raise InputRefused(UNKNOWN)
    (verb, token), *_ = event.items()
    if verb not in set(Verb) or not isinstance(token, str):
        raise InputRefused(UNKNOWN)
    return Verb(verb), token, called
