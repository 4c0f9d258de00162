"""One https request to a checked address: no redirect is followed, no proxy asked, nothing endless read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3

from knowledge.errors import SourceUnusable
from knowledge.sources.reach import Reach

T = TypeVar("T")
Pool = urllib3.HTTPConnectionPool
Headers = Mapping[str, str]
LARGEST_ANSWER = 50_000_000
SECONDS = 60.0
CHUNK = 65_536
AGENT = "Tracemend (+reads runbooks for their own team)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetch:
    """GET within a reach. `limit` is in bytes, `seconds` for the whole answer."""

    reach: Reach = field(default_factory=Reach)
    limit: int = LARGEST_ANSWER
    seconds: float = SECONDS

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status. Raises SourceUnusable, which names no header."""
        return self._asked(url, headers or {}, self._read)

    def status(self, url: str) -> int:
        """How the server answers, without what it answers. Raises SourceUnusable."""
        return self._asked(url, {}, self._looked)

    def _asked(self, url: str, headers: Mapping[str, str], ask: Callable[[Pool, str, Headers], T]) -> T:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme != "https" and not (parts.scheme == "http" and self.reach.is_private(host)):
            raise SourceUnusable(f"{host} is not asked over {parts.scheme or 'nothing'}; write https://")
        address = self.reach.addresses(host, port)[0]
        asked = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": AGENT, "Accept-Encoding": "identity"}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with _pool(parts.scheme, address, port, host) as pool:
            try:
                return ask(pool, path, asked | dict(headers))
            except urllib3.exceptions.HTTPError as error:
                raise SourceUnusable(f"{host} did not answer ({type(error).__name__})") from error

    def _looked(self, pool: Pool, path: str, headers: Headers) -> int:
        answer = self._opened(pool, path, headers)
        answer.close()
        return answer.status

    def _opened(self, pool: Pool, path: str, headers: Headers) -> urllib3.BaseHTTPResponse:
        return pool.urlopen(
            "GET",
            path,
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=10, read=self.seconds),
            preload_content=False,
            decode_content=False,
        )

    def _read(self, pool: Pool, path: str, headers: Headers) -> Answer:
        ends = time.monotonic() + self.seconds
        answer = self._opened(pool, path, headers)
        body = bytearray()
        try:
            while part := answer.read1(CHUNK):
                body += part
                if len(body) > self.limit:
                    raise SourceUnusable(f"an answer is larger than {self.limit} bytes")
                if time.monotonic() > ends:
                    raise SourceUnusable(f"an answer took longer than {self.seconds:.0f} seconds")
        finally:
            answer.close()
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, told, bytes(body))


def _pool(scheme: str, address: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
    """Connections to the address, with the certificate held against the host's name."""
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, port, maxsize=1, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
    )
