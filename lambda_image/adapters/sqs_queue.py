"""A queue of work on SQS."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from lambda_image.adapters.aws import translated, typed
from lambda_image.adapters.retry import Retry
from lambda_image.domain.incident import Incident
from lambda_image.domain.noise import Digest
from lambda_image.wire import encode


class SqsQueue:
    """Implements `WorkQueue`. A message may come twice; the ledger's claim makes it one piece of work.

    `carry` gives the trace that the message continues, as attributes.
    """

    def __init__(self, client: Any, url: str, retry: Retry, carry: Callable[[], Mapping[str, str]]) -> None:
        self._client = client
        self._url = url
        self._retry = retry
        self._carry = carry

    def send(self, work: Incident | Digest) -> None:
        """See `WorkQueue.send`."""
        delay = {"DelaySeconds": math.ceil(work.delay)} if work.delay else {}
        self._retry(lambda: self._send({"MessageBody": encode(work), **delay}))

    def _send(self, message: dict[str, Any]) -> None:
        with translated("SQS SendMessage"):
            self._client.send_message(QueueUrl=self._url, MessageAttributes=typed(self._carry()), **message)
