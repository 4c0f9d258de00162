"""The server of an OpenSearch address, with what signs its requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from knowledge.address import Address
from knowledge.errors import ServiceRefused
from knowledge.stores.opensearch.server import Patience, Server, Signed

NO_CREDENTIALS = "Give the function a role, or set AWS_PROFILE"


def server(
    address: Address, region: str, credentials: Callable[[], Any], patience: Patience | None = None
) -> Server:
    """Not asked yet. Raises ServiceRefused where requests must be signed and nothing signs them."""
    if address.kind == "opensearch":
        return Server([address.place], None, patience)
    signing = credentials()
    if signing is None:
        raise ServiceRefused("there are no AWS credentials to sign with", NO_CREDENTIALS)
    return Server([address.place], Signed(signing, region, address.kind), patience)
