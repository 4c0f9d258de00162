"""Many documents in few requests: in pieces that every server takes, and again what was refused for now.

Several requests at once: a server has one thread for each, and most of its time goes into vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from knowledge.errors import IndexUnusable
from knowledge.stores.opensearch.documents import Document
from knowledge.stores.opensearch.server import CONNECTIONS, TRANSIENT, Server

# Small instances of a managed domain take 10 MB at most.
LARGEST_REQUEST = 5_000_000
# Few, so that a busy server has answered in time although several come at once.
MOST_ACTIONS = 250
SECONDS = 60.0
LINE = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
# Serverless vector collections of the classic generation say this of a document that brings its own id.
IDS_REFUSED = "Document ID is not supported"


class IdsRefused(IndexUnusable):
    """The server gives documents their ids itself."""


@dataclass(frozen=True, slots=True)
class Action:
    """To index a document, or to delete one where there is none. An empty id leaves it to the server."""

    id: str
    document: Document | None = None

    def lines(self) -> bytes:
        """As the bulk interface reads it."""
        named = {"_id": self.id} if self.id else {}
        if self.document is None:
            return orjson.dumps({"delete": named}, option=LINE)
        told = ({"index": named}, self.document)
        return b"".join(orjson.dumps(each, option=LINE) for each in told)


def write(server: Server, index: str, actions: Iterable[Action]) -> list[str]:
    """Do all. The ids of the documents, in the order of the actions. Raises IndexUnusable or IdsRefused."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        sent = pool.map(partial(_send, server, index), _pieces(actions))
        return [made for piece in sent for made in piece]


def _pieces(actions: Iterable[Action]) -> Iterator[list[tuple[Action, bytes]]]:
    piece: list[tuple[Action, bytes]] = []
    size = 0
    for action in actions:
        lines = action.lines()
        if piece and (size + len(lines) > LARGEST_REQUEST or len(piece) == MOST_ACTIONS):
            yield piece
            piece, size = [], 0
        piece.append((action, lines))
        size += len(lines)
    if piece:
        yield piece


def _send(server: Server, index: str, piece: list[tuple[Action, bytes]]) -> list[str]:
    ids = [action.id for action, _ in piece]
    left = list(range(len(piece)))
    waits = server.waits()
    while True:
        body = b"".join(piece[at][1] for at in left)
        answer = server(lambda client, body=body: client.bulk(body=body, index=index, timeout=SECONDS))  # type: ignore[misc]
        refused: list[int] = []
        why = ""
        for at, item in zip(left, answer["items"], strict=True):
            result = next(iter(item.values()))
            ids[at] = result.get("_id", "")
            if again := _failure(index, result):
                refused.append(at)
                why = again
        if not refused:
            return ids
        if not next(waits, False):
            raise IndexUnusable(f"{index} took {len(piece) - len(refused)} of {len(piece)} documents: {why}")
        left = refused


def _failure(index: str, result: dict[str, Any]) -> str:
    """Why a document was refused for now; nothing where it was taken. Raises where it always will be."""
    error = result.get("error")
    if error is None:
        return ""
    told = f"{error.get('type')}: {error.get('reason')}" if isinstance(error, dict) else str(error)
    if result["status"] in TRANSIENT:
        return told
    if IDS_REFUSED in told:
        raise IdsRefused(told)
    raise IndexUnusable(f"{index} refuses a document ({result['status']}): {told}")
