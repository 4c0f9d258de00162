"""The headers of an answer."""

from __future__ import annotations

from scrapy.http import Response

FOREVER = (301, 308)
MOVED = (*FOREVER, 302, 303, 307)


def header(response: Response, name: str) -> str:
    """Its value, empty where there is none; servers send addresses in UTF-8, which should be Latin-1."""
    value: bytes = response.headers.get(name) or b""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def headers_of(response: Response) -> dict[str, str]:
    """All of them, their names in lower case."""
    names = [name.decode("latin-1") for name in response.headers]
    return {name.lower(): header(response, name) for name in names}
