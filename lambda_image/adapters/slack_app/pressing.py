"""Buttons of Slack, served by the function `chat` as those of AWS Chatbot are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import TransientError


@dataclass(frozen=True, slots=True)
class Pressing:
    """Asks the function of this name."""

    client: Any
    function: str
    retry: Retry

    def __call__(self, verb: str, token: str) -> str:
        """What it says. Raises TransientError or PermanentError."""
        return self.retry(lambda: self._asked(json.dumps({verb: token, "app": True})))

    def _asked(self, payload: str) -> str:
        with translated("Lambda Invoke"):
            answer = self.client.invoke(FunctionName=self.function, Payload=payload)
            said = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise TransientError(f"{self.function} failed")
        return str(said)
