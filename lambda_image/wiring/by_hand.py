"""What people use on their own machine: the pipeline without functions, queues or a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from lambda_image.ports import Verifier
from lambda_image.settings import Settings
from lambda_image.wiring import toolbox

if TYPE_CHECKING:
    from lambda_image.domain.notification import Notification
    from lambda_image.pipeline import Tools


def for_people(settings: Settings, tell: Callable[[str], None]) -> Tools:
    """The tools of `tracemend explain`: no deadline, and proofs made on this machine."""
    from lambda_image.adapters.clock import WallClock
    from lambda_image.adapters.retry import Retry

    clock = WallClock()
    retry = Retry(clock)
    asked, found = toolbox.reasoner(settings, clock, retry), toolbox.knowledge(settings, clock, tell)
    tools = toolbox.tools(settings, asked, found, toolbox.source(settings))
    if settings.repair_model:
        larger = toolbox.reasoner(replace(settings, models=(settings.repair_model,)), clock, retry)
        tools = replace(tools, terms=replace(tools.terms, larger=larger))
    return replace(tools, verifier=local_verifier(settings))


def local_verifier(settings: Settings) -> Verifier:
    """The proof on a person's machine, in a sandbox that closes, with what the checkout has installed."""
    from lambda_image.adapters.sandbox.workspace import open_closed
    from lambda_image.adapters.verifier import LocalVerifier

    return LocalVerifier(partial(open_closed, repositories=settings.repositories))


def message(notification: Notification) -> str:
    """A notification as it would be published: one JSON object."""
    from lambda_image.adapters.channels.chatbot import envelope

    return envelope(notification)


def has_credentials() -> bool:
    """Whether the AWS SDK finds credentials here."""
    from lambda_image.adapters.aws import has_credentials as found

    return found()
