"""Buttons of Slack, served by the function `chat` as those of AWS Chatbot are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.card import Card, Said
from lambda_image.domain.errors import TransientError
from lambda_image.steps.action_token import vouch
from lambda_image.wire import decode


@dataclass(frozen=True, slots=True)
class Pressing:
    """Asks the function of this name, and vouches for who asks by the `key` of the buttons."""

    client: Any
    function: str
    key: Callable[[], str]
    retry: Retry

    def __call__(self, verb: str, said: str, by: str) -> Said:
        """What it says to somebody's token and words. Raises TransientError or PermanentError."""
        seal = vouch(by, said, self.key().encode())
        return self.retry(lambda: self._asked(json.dumps({verb: said, "by": by, "seal": seal})))

    def _asked(self, payload: str) -> Said:
        with translated("Lambda Invoke"):
            answer = self.client.invoke(FunctionName=self.function, Payload=payload)
            told = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise TransientError(f"{self.function} failed")
        if isinstance(told, str):
            return Said(told)
        return Said(told["said"], decode(Card, told["card"]) if told["card"] else None)
