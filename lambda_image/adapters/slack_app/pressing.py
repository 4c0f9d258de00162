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
from lambda_image.wire import decode


@dataclass(frozen=True, slots=True)
class Pressing:
    """Asks the function of this name; `vouch` makes the seal by which it believes who asks what."""

    client: Any
    function: str
    vouch: Callable[[str, str], str]
    retry: Retry

    def __call__(self, verb: str, said: str, by: str) -> Said:
        """What it says to somebody's token and words. Raises TransientError or PermanentError."""
        payload = json.dumps({verb: said, "by": by, "seal": self.vouch(by, said)})
        return self.retry(lambda: self._asked(payload))

    def _asked(self, payload: str) -> Said:
        with translated("Lambda Invoke"):
            answer = self.client.invoke(FunctionName=self.function, Payload=payload)
            told = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise TransientError(f"{self.function} failed")
        if isinstance(told, str):
            return Said(told)
        return Said(told["said"], decode(Card, told["card"]) if told["card"] else None)
