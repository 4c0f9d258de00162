"""Fetching a file over HTTP, in ranges where the server knows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from infra.local.bedrock.weight_sources import Hub, SourceFailed

pytestmark = pytest.mark.loopback
DATA = bytes(range(256)) * 40


class _Ranged(BaseHTTPRequestHandler):
    """Serves DATA, whole or from the range's start; /whole ignores ranges and /cut stops half way."""

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        start = 0 if self.path == "/whole" else int(asked)
        self.send_response(206 if start else 200)
        self.send_header("content-length", str(len(DATA) - start))
        self.end_headers()
        self.wfile.write(DATA[start : len(DATA) // 2 if self.path == "/cut" else None])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


@contextmanager
def web() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Ranged) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/ranged", "/whole"])
@pytest.mark.parametrize("start", [0, 5000])
def test_the_rest_of_the_file_is_read_whether_or_not_the_server_knows_ranges(path: str, start: int) -> None:
    with web() as url:
        assert b"".join(Hub(url + path, len(DATA)).read(start)) == DATA[start:]


def test_what_came_before_the_cut_is_kept() -> None:
    with web() as url:
        assert b"".join(Hub(f"{url}/cut", len(DATA)).read(0)) == DATA[: len(DATA) // 2]


def test_a_page_of_another_size_is_not_the_file() -> None:
    with web() as url, pytest.raises(SourceFailed, match="something else"):
        list(Hub(url, len(DATA) + 1).read(0))


def test_a_host_that_cannot_be_reached_is_a_failed_source() -> None:
    with web() as url:
        closed = url

    with pytest.raises(SourceFailed, match="cannot be reached"):
        list(Hub(closed, len(DATA)).read(0))
