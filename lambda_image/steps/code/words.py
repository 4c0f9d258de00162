"""Words of code and logs: identifiers as they stand, and the words that they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_NAME = re.compile(r"[^\W\d]\w*")
_INSIDE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
SHORTEST = 3


def words(text: str) -> Iterator[str]:
    """In lower case, in order: `getOrder` is getorder, get, order."""
    for name in _NAME.findall(text):
        yield from of_name(name)


@lru_cache(maxsize=100_000)
def of_name(name: str) -> tuple[str, ...]:
    """The name itself and its inner words; nothing of one or two letters."""
    inner = [part.lower() for part in _INSIDE.findall(name)]
    whole = name.lower().strip("_")
    found = (whole, *inner) if len(inner) > 1 else (whole,)
    return tuple(dict.fromkeys(word for word in found if len(word) >= SHORTEST))


def names(text: str) -> list[str]:
    """The identifiers of a text, in order and with repetitions."""
    found: list[str] = _NAME.findall(text)
    return found
