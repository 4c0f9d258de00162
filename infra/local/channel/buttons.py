"""The buttons below a card, pressed as AWS Chatbot does it: a function is called with what the card carries.

The command of a custom action is made from the card's `additionalContext` (infra/aws/chat.py); what the
function answers is shown in the thread.
"""

from __future__ import annotations

import json

from infra.local.channel.inbox import Message
from infra.local.functions.host import FunctionHost
from lambda_image.domain.action import Verb


class NoButton(LookupError):
    """There is no such button below this card."""


def buttons(message: Message) -> tuple[Verb, ...]:
    """What stands below a card: an action stands there where its variable has a value."""
    return tuple(verb for verb in Verb if (message.notification.additional_context or {}).get(verb))


def press(message: Message, verb: Verb, functions: FunctionHost, function: str = "tracemend-chat") -> str:
    """Press it; what the thread shows then. Raises NoButton."""
    if verb not in buttons(message):
        raise NoButton(f"no button {verb} below {message.notification.id}")
    token = (message.notification.additional_context or {})[verb]
    answer = functions.invoke(function, json.dumps({verb: token}).encode())
    return str(json.loads(answer.payload))
