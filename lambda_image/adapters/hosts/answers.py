"""What an HTTP answer means, whoever gives it: for now, or for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests

from lambda_image.domain.errors import TransientError

TIMEOUT = 30
# GitHub REST API, "Rate limits": both kinds answer 403 or 429, the secondary one with Retry-After.
LIMITED = 429


def passing(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status == LIMITED or status >= 500


def wished(headers: Mapping[str, str]) -> float | None:
    """The seconds of Retry-After. Its other form, a date, is left to our own waits."""
    after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(after) if after.isdigit() else None


def moment(told: datetime | str | None) -> int:
    """A time of the host's in milliseconds since the epoch; 0 for none."""
    found = datetime.fromisoformat(told) if isinstance(told, str) else told
    return int(found.timestamp() * 1_000) if found else 0


class Session(requests.Session):
    """An HTTP session whose answers of overload are our TransientError; `host` is called so in them.

    Proxies and certificates come from the environment as for every client here, credentials never do.
    """

    def __init__(self, host: str) -> None:
        super().__init__()
        self._host = host
        self.hooks["response"].append(self._judged)
        # Where there is a way of one's own, ~/.netrc is not read.
        self.auth = _unchanged

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As always, and in our time."""
        kwargs.setdefault("timeout", TIMEOUT)
        try:
            return super().request(*args, **kwargs)
        except requests.RequestException as error:
            raise TransientError(f"{self._host} cannot be reached: {error}") from error

    def _judged(self, answer: requests.Response, **_: Any) -> None:
        if passing(answer.status_code):
            answer.close()
            said = f"{self._host}: {answer.status_code} {answer.reason}"
            raise TransientError(said, wished(answer.headers))


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request as its headers have it."""
    return request
