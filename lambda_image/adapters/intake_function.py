"""The function `intake`, handed log events that somebody looked for, as a subscription would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import TransientError
from lambda_image.domain.records import LogRecord


@dataclass(frozen=True, slots=True)
class IntakeFunction:
    """Invokes the function of this name."""

    client: Any
    function: str
    retry: Retry

    def __call__(self, records: Sequence[LogRecord]) -> None:
        """Count these of one stream, unless they were, and queue what is new. Raises TransientError."""
        payload = json.dumps(batch(records))
        self.retry(lambda: self._invoke(payload))

    def _invoke(self, payload: str) -> None:
        with translated("Lambda Invoke"):
            answer = self.client.invoke(FunctionName=self.function, Payload=payload)
        if answer.get("FunctionError"):
            raise TransientError(f"{self.function} failed")


def batch(records: Sequence[LogRecord]) -> dict[str, Any]:
    """Log events of one stream, as CloudWatch Logs delivers them."""
    events = [{"id": each.id, "timestamp": each.timestamp, "message": each.message} for each in records]
    place = {"logGroup": records[0].log_group, "logStream": records[0].log_stream}
    return {"messageType": "DATA_MESSAGE", "owner": "", **place, "logEvents": events}
