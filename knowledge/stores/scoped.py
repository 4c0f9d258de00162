"""Which passages a scope lets through, for stores that cannot ask their engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.passage import Hit
from knowledge.store import Scope


def within(scope: Scope, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Those about the scope's service and environment, or about no one in particular."""
    for hit in hits:
        about = hit.passage.about
        if _meant(scope.service, about.services) and _meant(scope.environment, about.environments):
            yield hit


def _meant(asked: str, named: tuple[str, ...]) -> bool:
    return not asked or not named or asked.lower() in {name.lower() for name in named}
