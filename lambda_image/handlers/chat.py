"""Lambda `chat`: somebody pressed a button below a card. What it returns is shown in the card's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lambda_image import bootstrap
from lambda_image.domain.action import Verb
from lambda_image.domain.errors import InputRefused, TracemendError
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on
from lambda_image.steps.action_token import vouched
from lambda_image.talking.chat import in_words, press
from lambda_image.wire import encode

UNKNOWN = "this is no button of Tracemend: exactly one of " + ", ".join(Verb) + " is expected, with its token"


def handler(event: Any, context: Any) -> str | dict[str, Any]:
    """Words for people, or for our own app the answer as a record.

    A failure is words too, because the channel shows nothing else.
    """
    function = bootstrap.chat()
    function.clock.begin(context)
    here = Work(context.function_name, context.aws_request_id, first_here(), tracer=function.tracer)
    with going_on(here), function.tracer.span("chat", "consumer", parent={}):
        try:
            verb, said, by = _asked(event, function.counter.key)
            here.incident = said.partition(".")[0]
            called = "" if by else context.function_name
            answer = press(verb, said, replace(function.counter, called=called), by)
        except InputRefused as refused:
            log.warning("button refused", **log.of(refused))
            return f"Refused: {refused}."
        except TracemendError as error:
            log.error("button failed", **log.of(error))
            return f"That did not work: {error}. Press it again in a minute."
        log.info("button served", verb=verb, by=by)
        return {"said": answer.text, "card": answer.card and encode(answer.card)} if by else in_words(answer)


def _asked(event: Any, key: Callable[[], str]) -> tuple[Verb, str, str]:
    """The verb, its token with what was typed behind it, and who asks: `{"<verb>": "<token>"}`.

    Our Slack app says who asks by `"by"` and `"seal"`; of AWS Chatbot nobody knows. Raises InputRefused.
    """
    if not isinstance(event, dict) or not all(isinstance(each, str) for each in event.values()):
        raise InputRefused(UNKNOWN)
    told = dict(event)
    by, seal = told.pop("by", ""), told.pop("seal", "")
    (verb, said), *more = told.items() or (("", ""),)
    if verb not in set(Verb) or more:
        raise InputRefused(UNKNOWN)
    return Verb(verb), said, vouched(by, said, seal, key().encode()) if by or seal else ""
