"""Many documents in few requests: in pieces that every server takes, and again what was refused for now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.errors import IndexUnusable
from knowledge.stores.opensearch.documents import Document
from knowledge.stores.opensearch.server import TRANSIENT, Server

# Small instances of a managed domain take 10 MB at most.
LARGEST_REQUEST = 5_000_000
MOST_ACTIONS = 2_000
SECONDS = 60.0
# Serverless vector collections of the classic generation say this of a document that brings its own id.
IDS_REFUSED = "Document ID is not supported"


class IdsRefused(IndexUnusable):
    """The server gives documents their ids itself."""


@dataclass(frozen=True, slots=True)
class Action:
    """To index a document, or to delete one where there is none. An empty id leaves it to the server."""

    id: str
    document: Document | None = None

    def lines(self) -> str:
        """As the bulk interface reads it."""
        named = {"_id": self.id} if self.id else {}
        if self.document is None:
            return json.dumps({"delete": named}) + "\n"
        told = json.dumps(self.document, ensure_ascii=False, separators=(",", ":"))
        return f"{json.dumps({'index': named})}\n{told}\n"


def write(server: Server, index: str, actions: Iterable[Action]) -> list[str]:
    """Do all, in order. The ids of the documents, in that order too. Raises IndexUnusable or IdsRefused."""
    return [made for piece in _pieces(actions) for made in _send(server, index, piece)]


def _pieces(actions: Iterable[Action]) -> Iterator[list[tuple[Action, str]]]:
    piece: list[tuple[Action, str]] = []
    size = 0
    for action in actions:
        lines = action.lines()
        added = len(lines.encode("utf-8", "surrogatepass"))
        if piece and (size + added > LARGEST_REQUEST or len(piece) == MOST_ACTIONS):
            yield piece
            piece, size = [], 0
        piece.append((action, lines))
        size += added
    if piece:
        yield piece


def _send(server: Server, index: str, piece: list[tuple[Action, str]]) -> list[str]:
    ids = [action.id for action, _ in piece]
    left = list(range(len(piece)))
    waits = server.waits()
    while True:
        body = "".join(piece[at][1] for at in left)
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
