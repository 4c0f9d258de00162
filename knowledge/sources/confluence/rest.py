"""Confluence's REST API: JSON page by page, as fast as it allows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from knowledge.errors import SourceUnusable
from knowledge.sources.access import Access
from knowledge.sources.fetch import Answer, Fetch

TRIES = 6
LONGEST_WAIT = 120.0
MOST_PAGES = 100_000
_REDIRECTS = 3
Query = Mapping[str, str]


class NotThere(SourceUnusable):
    """One thing is gone; the source as a whole can be read."""


class NotAllowed(SourceUnusable):
    """One thing may not be seen."""


@dataclass(frozen=True, slots=True)
class Rest:
    """`home` is the address of the wiki, with its context path. `sleep` takes seconds."""

    home: str
    access: Access | None = None
    fetch: Fetch = field(default_factory=Fetch)
    sleep: Callable[[float], None] = time.sleep

    def get(self, path: str, query: Query | None = None) -> dict[str, Any]:
        """One answer. Raises NotThere, NotAllowed or SourceUnusable."""
        asked = f"{self.home}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = self._patiently(asked)
        try:
            told = json.loads(answer.body)
        except ValueError as error:
            raise SourceUnusable(
                f"{self.home} does not answer as Confluence does; check the address"
            ) from error
        if not isinstance(told, dict):
            raise SourceUnusable(f"{self.home} does not answer as Confluence does; check the address")
        return told

    def all(self, path: str, query: Query) -> Iterator[dict[str, Any]]:
        """The results of every page. The next one's address gives its query only: the host stays ours."""
        asked = dict(query)
        for _ in range(MOST_PAGES):
            told = self.get(path, asked)
            yield from told.get("results", ())
            following = str(told.get("_links", {}).get("next") or "")
            if not following:
                return
            after = dict(parse_qsl(urlsplit(following).query))
            if asked == (asked := {**query, **after}):
                raise SourceUnusable(f"{self.home} gives the same page of {path} again and again")

    def download(self, link: str) -> bytes:
        """A file. Where it is kept on another host, that host is not shown the secret."""
        path = urlsplit(self.home).path
        address = (
            urljoin(self.home, link)
            if path and link.startswith(f"{path}/")
            else urljoin(f"{self.home}/", link.lstrip("/"))
        )
        for _ in range(_REDIRECTS + 1):
            answer = self._patiently(address)
            if "location" not in answer.headers or answer.status not in (301, 302, 303, 307, 308):
                return answer.body
            address = urljoin(address, answer.headers["location"])
        raise NotThere("leads from one address to the next")

    def _patiently(self, address: str) -> Answer:
        for tried in range(TRIES):
            answer = self.fetch.get(address, self._headers(address))
            if answer.status in (429, 502, 503, 504) and tried + 1 < TRIES:
                told = answer.headers.get("retry-after", "")
                self.sleep(min(float(told) if told.isdigit() else 2.0**tried, LONGEST_WAIT))
                continue
            return _checked(answer, urlsplit(address).hostname or "")
        raise SourceUnusable(f"{self.home} does not answer")

    def _headers(self, address: str) -> dict[str, str]:
        accepted = {"Accept": "application/json, */*"}
        if self.access and urlsplit(address)[:2] == urlsplit(self.home)[:2]:
            return {**accepted, self.access.header[0]: self.access.header[1]}
        return accepted


def _checked(answer: Answer, host: str) -> Answer:
    if answer.status in (404, 410):
        raise NotThere(f"is not there ({answer.status})")
    if answer.status == 403:
        raise NotAllowed("may not be seen (403)")
    if answer.status == 401:
        raise SourceUnusable(f"{host} refuses the secret (401); store a valid one that may see the spaces")
    if answer.status >= 400:
        raise SourceUnusable(f"{host} answered {answer.status}")
    return answer
