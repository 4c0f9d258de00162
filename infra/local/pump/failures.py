"""What a function's answer says about the items of its batch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from infra.local.functions.spec import InvokeResult


def failed_items(result: InvokeResult, identifiers: Sequence[str]) -> frozenset[str]:
    """The identifiers to deliver again, all of them when the answer cannot be relied on.

    Source: Lambda developer guide, "Partial batch response". No list, null or an empty list: all succeeded.
    A function error, or an identifier that is empty, null or not of this batch: all failed.
    """
    everything = frozenset(identifiers)
    if result.function_error:
        return everything
    listed = _listed(result.payload)
    if not listed:
        return frozenset()
    if not isinstance(listed, list):
        return everything
    named: set[Any] = {item.get("itemIdentifier") if isinstance(item, dict) else None for item in listed}
    if named - everything:
        return everything
    return frozenset(named)


def _listed(payload: bytes) -> Any:
    try:
        answer = json.loads(payload or b"null")
    except ValueError:
        return None
    return answer.get("batchItemFailures") if isinstance(answer, dict) else None
