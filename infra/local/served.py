"""A server on loopback that answers inside `with`."""

from __future__ import annotations

import threading
from socketserver import BaseServer
from types import TracebackType
from typing import Self

# Seconds between two looks at whether to stop.
POLL_SECONDS = 0.02


class Served:
    """Runs `_server`, which who inherits makes, in a thread of its own while the context is open."""

    _server: BaseServer

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
