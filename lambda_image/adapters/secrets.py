"""Secrets from Secrets Manager, fetched when used and kept for a few minutes."""

from __future__ import annotations

import time
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry

KEPT_SECONDS = 300.0


class Secret:
    """Calling it gives the secret's text. A rotated secret is seen after five minutes at most."""

    def __init__(self, client: Any, secret_id: str, retry: Retry) -> None:
        self._client = client
        self._id = secret_id
        self._retry = retry
        self._value = ""
        self._until = 0.0

    def __call__(self) -> str:
        """The text. Raises TransientError or PermanentError."""
        if time.monotonic() >= self._until:
            self._value = self._retry(self._fetch)
            self._until = time.monotonic() + KEPT_SECONDS
        return self._value

    def _fetch(self) -> str:
        with translated("Secrets Manager GetSecretValue"):
            return str(self._client.get_secret_value(SecretId=self._id)["SecretString"])
