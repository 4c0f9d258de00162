"""Where the job copies its index to, by the setting of what the functions search."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.address import Address, read
from knowledge.errors import KnowledgeError
from knowledge.homes.note import ENDING, FileNote, Note, S3Note
from knowledge.ingest import Grow
from lambda_image.adapters.runbooks.indexes import Surroundings
from lambda_image.domain.errors import ConfigurationError

FORMS = (
    "opensearch+https://HOST/INDEX, es+https://HOST/INDEX, aoss+https://HOST/INDEX, s3vectors:BUCKET/INDEX"
    " or kendra:ID/SOURCE"
)
READ_TIMEOUT = 60.0


def target(setting: str, index: str, around: Surroundings) -> Grow:
    """What copies `index`, a file or s3://, into the index of this setting. Raises ConfigurationError."""
    try:
        address = read(setting)
        if address.kind not in COPIERS:
            raise ConfigurationError(f"an index is copied into {FORMS}, not into {setting}")
        return COPIERS[address.kind](address, index, around)
    except KnowledgeError as error:
        raise ConfigurationError(str(error)) from error


def _opensearch(address: Address, _: str, around: Surroundings) -> Grow:
    from knowledge.stores.opensearch.growing import grow
    from lambda_image.adapters.runbooks.opensearch import server

    return partial(grow, server(address, around.region, around.credentials), address.name)


def _s3vectors(address: Address, _: str, around: Surroundings) -> Grow:
    from knowledge.stores.s3vectors.growing import grow

    return partial(grow, around.calls("s3vectors"), (address.place, address.name))


def _kendra(address: Address, index: str, around: Surroundings) -> Grow:
    from knowledge.stores.kendra.growing import grow

    if not address.name:
        raise ConfigurationError(
            "Kendra takes our pages in a custom data source only; write kendra:INDEX_ID/SOURCE_ID"
        )
    note = _note(index + ENDING, around.client)
    return partial(grow, around.calls("kendra"), (address.place, address.name), note)


def _note(place: str, client: Callable[[str, float], Any]) -> Note:
    """Beside the index."""
    return S3Note(client("s3", READ_TIMEOUT), place) if place.startswith("s3://") else FileNote(Path(place))


COPIERS: dict[str, Callable[[Address, str, Surroundings], Grow]] = {
    "opensearch": _opensearch,
    "es": _opensearch,
    "aoss": _opensearch,
    "s3vectors": _s3vectors,
    "kendra": _kendra,
}
