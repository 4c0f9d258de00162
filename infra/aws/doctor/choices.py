"""Choices that the configuration knows and the code does not yet carry out."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import Config
from infra.aws.doctor.check import Check


def refused(config: Config) -> Iterator[Check]:
    """One failed check for each choice whose resources would stand there unused."""
    if config.index.kind != "embedded":
        yield Check(
            "index.kind",
            ok=False,
            detail=f"the functions cannot search {config.index.kind} yet",
            fix='Set index.kind = "embedded"',
        )
    if config.wiki.sources:
        yield Check(
            "wiki.sources",
            ok=False,
            detail="the scheduled crawl is not built yet",
            fix="Leave wiki.sources out; run `tracemend ingest` and upload the index",
        )
    if config.chat.buttons:
        yield Check(
            "chat.buttons",
            ok=False,
            detail="nothing answers the buttons yet",
            fix="Set chat.buttons = false",
        )
