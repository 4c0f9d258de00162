"""Which passages a scope lets through, for stores that cannot ask their engine."""

from __future__ import annotations

import re
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
    return not asked or not named or any(_same(asked, name) for name in named)


def _same(asked: str, name: str) -> bool:
    """Whether all words of one name are in the other: `payments-api-prod` is the page's `payments api`."""
    left, right = (frozenset(re.findall(r"[^\W_]+", each.lower())) for each in (asked, name))
    return left == right or (bool(left and right) and (left <= right or right <= left))
