"""A new index beside the one that answers: the alias is switched when it is whole, and only then."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from knowledge.errors import IndexUnusable
from knowledge.stores.opensearch import schema
from knowledge.stores.opensearch.server import Server
from knowledge.stores.opensearch.store import OpenSearchStore


@contextmanager
def rebuilt(server: Server, name: str, model: str = "") -> Iterator[OpenSearchStore]:
    """An empty store, for vectors of this embedding model or for none; at the end it answers as `name`.

    Until then, and if it fails, the old one answers. What a run that died has left is removed first, so only
    one run at a time may do this; of two the one that began first fails. Raises IndexUnusable.
    """
    _free(server, name)
    for left in _unnamed(server, name):
        _drop(server, left)
    token = uuid.uuid4().hex
    draft = f"{name}-{datetime.now(UTC):%Y%m%d%H%M%S}-{token[:4]}"
    body = {"settings": schema.settings(model), "mappings": schema.mappings(model, token)}
    _make(server, draft, body)
    whole = False
    try:
        with OpenSearchStore(server, draft, fresh=True) as store:
            yield store
        _check(server, draft, token)
        whole = True
    finally:
        if not whole:
            with suppress(IndexUnusable):
                _drop(server, draft)
    _switch(server, name, draft)


def create(server: Server, name: str, model: str = "") -> OpenSearchStore:
    """An empty store that answers as `name` at once, in place of what there was."""
    with rebuilt(server, name, model):
        pass
    return OpenSearchStore(server, name)


def _make(server: Server, draft: str, body: dict[str, Any]) -> None:
    """Its name is ours alone, so one that is there was made by a try whose answer was lost."""
    try:
        server(lambda client: client.indices.create(index=draft, body=body))
    except IndexUnusable as error:
        if "resource_already_exists_exception" not in str(error):
            raise


def _switch(server: Server, name: str, draft: str) -> None:
    old = [index for index, aliases in _indexes(server, name).items() if name in aliases]
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": name}} for index in old]
    actions.append({"add": {"index": draft, "alias": name}})
    try:
        server(lambda client: client.indices.update_aliases(body={"actions": actions}))
    except IndexUnusable:
        # Where the answer to a first try was lost, the second has nothing left to switch.
        if name not in _indexes(server, name).get(draft, set()):
            raise
    for index in old:
        _drop(server, index)


def _free(server: Server, name: str) -> None:
    """Raises IndexUnusable where the name is that of an index."""
    if not server(lambda client: client.indices.exists_alias(name=name)) and server(
        lambda client: client.indices.exists(index=name)
    ):
        raise IndexUnusable(f"{name} is an index, and an alias is needed; choose another name or delete it")


def _check(server: Server, draft: str, token: str) -> None:
    """Raises IndexUnusable where another run has removed the draft and our writes have made it again."""
    mapping = server(lambda client: client.indices.get_mapping(index=draft))[draft]["mappings"]
    if schema.recorded(draft, mapping)["draft"] != token:
        raise IndexUnusable(f"another run is filling {draft}; let it end first")


def _unnamed(server: Server, name: str) -> list[str]:
    return [index for index, aliases in _indexes(server, name).items() if not aliases]


def _indexes(server: Server, name: str) -> dict[str, set[str]]:
    """Ours of this name, each with its aliases."""
    ours = re.compile(rf"{re.escape(name)}-\d{{14}}-[0-9a-f]{{4}}")
    answer = server(lambda client: client.indices.get_alias(index=f"{name}-*"))
    return {index: set(told["aliases"]) for index, told in answer.items() if ours.fullmatch(index)}


def _drop(server: Server, index: str) -> None:
    server(lambda client: client.indices.delete(index=index, ignore_unavailable=True))
