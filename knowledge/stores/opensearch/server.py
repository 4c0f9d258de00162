"""The connection to a server: signatures, timeouts, patience, and what an error means to a person."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    NotFoundError,
    OpenSearchException,
    SSLError,
    TransportError,
)
from opensearchpy.exceptions import (
    ConnectionError as Unreachable,
)
from opensearchpy.helpers.signer import Urllib3AWSV4SignerAuth

from knowledge.errors import IndexUnusable

T = TypeVar("T")

# Seconds for one request, and connections: what is written goes out over all of them at once.
REQUEST_SECONDS = 15.0
CONNECTIONS = 4
FIRST_WAIT = 0.2
LONGEST_WAIT = 10.0
# What passes by itself: too many requests, a node that is starting or was lost.
TRANSIENT = {429, 502, 503, 504}
SERVERLESS = "aoss"
DENIED = {
    "": "check the user and its rights",
    "es": "name the role in the domain's access policy, and map it where fine-grained access control is on",
    "aoss": "the role needs aoss:APIAccessAll and a place in the collection's data access policy",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """Requests signed by AWS credentials that renew themselves, for the service `es` or `aoss`."""

    credentials: Any
    region: str
    service: str = "es"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds of failures that pass by themselves are waited out.

    A collection of the next generation that slept needs up to a minute for its first answer.
    """

    seconds: float = 90.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic


class Server:
    """One cluster or collection. `urls` are its nodes, or the one address of a managed one.

    `auth` is a signature, a user with a password, or nothing.
    """

    def __init__(
        self,
        urls: Sequence[str],
        auth: Signed | tuple[str, str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._urls = tuple(urls)
        self._service = auth.service if isinstance(auth, Signed) else ""
        self._patience = patience or Patience()
        self._client = OpenSearch(
            list(urls),
            http_auth=_authentication(auth),
            timeout=REQUEST_SECONDS,
            pool_maxsize=CONNECTIONS,
            # Another node is asked at once; waiting is done here.
            max_retries=len(self._urls) - 1,
            retry_on_status=(),
        )

    @property
    def serverless(self) -> bool:
        """Whether it is a Serverless collection, which has neither shards nor a refresh on demand."""
        return self._service == SERVERLESS

    def __call__(self, call: Callable[[OpenSearch], T]) -> T:
        """The result of a call that may be repeated. Raises IndexUnusable."""
        waits = self.waits()
        while True:
            try:
                return call(self._client)
            except OpenSearchException as error:
                if not passing(error) or not next(waits, False):
                    raise IndexUnusable(self._told(error)) from error

    def waits(self) -> Iterator[bool]:
        """Waits, longer each time, and then gives true; ends when patience does."""
        deadline = self._patience.now() + self._patience.seconds
        wait = FIRST_WAIT
        while self._patience.now() + wait < deadline:
            self._patience.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, keeps no secret
            yield True
            wait = min(2 * wait, LONGEST_WAIT)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _told(self, error: OpenSearchException) -> str:
        """What is wrong and what to do, without the credentials that an address may hold."""
        where = ", ".join(url.rsplit("@", 1)[-1] for url in self._urls)
        match error:
            case AuthenticationException() | AuthorizationException():
                return f"{where} refuses the request ({error.status_code}): {DENIED[self._service]}"
            case NotFoundError():
                return f"{where} has no such index; make one with `tracemend ingest` ({reason(error)})"
            case SSLError():
                return f"{where} has no certificate that can be trusted ({error.error})"
            case Unreachable():
                return (
                    f"{where} does not answer ({error.error}); check the address, and that the network"
                    " and its security groups let https through"
                )
            case TransportError() if error.status_code in TRANSIENT:
                return f"{where} is overloaded or starting ({error.status_code}); try again later"
        return f"{where} refuses the request: {reason(error)}"


def passing(error: OpenSearchException) -> bool:
    """Whether the same call may succeed later."""
    if isinstance(error, Unreachable):
        return not isinstance(error, SSLError)
    return isinstance(error, TransportError) and error.status_code in TRANSIENT


def reason(error: OpenSearchException) -> str:
    """In the server's words."""
    if isinstance(error, TransportError) and isinstance(error.info, dict):
        cause = error.info.get("error")
        if isinstance(cause, dict):
            return f"{cause.get('type')}: {cause.get('reason')}"
    return str(error)


def _authentication(auth: Signed | tuple[str, str] | None) -> Any:
    if isinstance(auth, Signed):
        return Urllib3AWSV4SignerAuth(auth.credentials, auth.region, auth.service)
    return auth
