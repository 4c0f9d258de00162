"""Choices that can be synthesized and not deployed yet: their resources are here, their code is not."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import Config
from infra.aws.doctor.check import Check

UNBUILT = {
    kind: f"the functions can search {kind}, but nothing in a deployment fills it"
    for kind in ("opensearch-domain", "opensearch-serverless", "s3-vectors")
}


def refused(config: Config) -> Iterator[Check]:
    """One failed check for each choice whose resources would stand there unused."""
    kind = config.index.kind
    if kind in UNBUILT:
        yield Check("index.kind", ok=False, detail=f"{UNBUILT[kind]} yet", fix='Set index.kind = "embedded"')
