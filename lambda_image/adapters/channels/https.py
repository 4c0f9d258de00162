"""A POST to the one https address that a channel's secret holds, of which nothing is ever told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import requests
from urllib3.util import parse_url

from lambda_image.adapters.channels.held import entries
from lambda_image.adapters.hosts.answers import passing, wished
from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import PermanentError, TransientError

# Beside overload and faults of the other side: it was too slow to read, or asks for patience.
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
OK = range(200, 300)
TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@dataclass(frozen=True, slots=True)
class Post:
    """One request: `headers` are made for its secret, as a signature is."""

    body: bytes
    headers: Callable[[Mapping[str, str]], Mapping[str, str]]


class Door:
    """Opens for posts to a channel's address, if that is https and at the channel's host; follows nothing.

    `timeout` is in seconds, to connect and to wait for the answer. An address may be a secret in itself, so
    no error has it, nor what a library says of it.
    """

    def __init__(self, channel: Channel, secret: Callable[[], str], timeout: tuple[float, float]) -> None:
        self._channel = channel
        self._secret = secret
        self._timeout = timeout
        # It would log each path, and with it the signature that opens a webhook of Teams.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)

    def __call__(self, post: Post) -> None:
        """Send it once. Raises TransientError or PermanentError."""
        held = self.held()
        headers = {"Content-Type": "application/json", "User-Agent": "tracemend", **post.headers(held)}
        answer = self._answer(held["url"], post.body, headers)
        if isinstance(answer, str):
            raise TransientError(f"{self._name} cannot be reached: {answer}")
        status, after = answer
        if passing(status) or status in LATER:
            raise TransientError(f"{self._name} answers {_said(status)}", after)
        if status == TOO_LARGE:
            raise PermanentError(f"{self._name} takes no {len(post.body)} bytes: {_said(status)}")
        if status not in OK:
            raise PermanentError(f"{self._name} answers {_said(status)}; look at its address and its secret")

    @property
    def _name(self) -> str:
        return f"the channel {self._channel.name}"

    def held(self) -> dict[str, str]:
        """The secret's entries, of which `url` may be opened. Raises PermanentError for any others."""
        found = entries(self._channel, self._secret, '{"url": "https://…"}')
        if not self._may_open(found.get("url", "")):
            raise PermanentError(
                f"{self._name}: the url in its secret is not an https address at {self._channel.host}"
            )
        return found

    def _may_open(self, url: str) -> bool:
        try:
            there = parse_url(url)
        except ValueError:  # urllib3's own error is one
            return False
        name, wanted = (there.host or "").lower(), self._channel.host.lower()
        known = name.endswith(wanted[1:]) if wanted.startswith("*.") else name == wanted
        return bool(name and wanted) and known and there.scheme == "https" and not there.auth

    def _answer(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, float | None] | str:
        """Status and Retry-After; or the name of the fault, as its text would have the address."""
        with requests.Session() as session:
            session.auth = _unchanged
            # The body of an answer is not read.
            session.stream = True
            try:
                answer = session.post(
                    url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
                )
            except requests.RequestException as error:
                return type(error).__name__
            answer.close()
            return answer.status_code, wished(answer.headers)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Where there is a way of one's own to sign in, ~/.netrc is not read."""
    return request


def _said(status: int) -> str:
    """The status in words; the other side's own could say anything."""
    known = next((each.phrase for each in HTTPStatus if each == status), "")
    return f"{status} {known}".strip()
