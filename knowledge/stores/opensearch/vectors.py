"""The field for vectors, added when the first of them comes: only then are their dimensions known."""

from __future__ import annotations

from knowledge.errors import IndexUnusable
from knowledge.stores.opensearch import schema
from knowledge.stores.opensearch.server import Server


def add_vectors(server: Server, index: str, dimensions: int) -> str:
    """Add the field; the way in which its vectors are compared. Raises IndexUnusable."""
    refused: IndexUnusable | None = None
    for engine in schema.engines(dimensions, serverless=server.serverless):
        properties = {schema.VECTOR: schema.vector(dimensions, engine)}
        try:
            server(
                lambda client, body={"properties": properties}: client.indices.put_mapping(  # type: ignore[misc]
                    body=body, index=index
                )
            )
        except IndexUnusable as error:
            refused = refused or error
        else:
            return schema.space({"properties": properties})
    raise refused or IndexUnusable(f"{index} takes no vectors")
