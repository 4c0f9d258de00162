"""How a function is loaded: once, and without delay."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol, TypeVar

T = TypeVar("T")
Made_co = TypeVar("Made_co", covariant=True)
# botocore looks here for what urllib3 has as well. Where Scrapy brings pyOpenSSL, as in our image, that loads
# all of `cryptography`: a twelfth of a cold start.
UNUSED = "urllib3.contrib.pyopenssl"


class Kept(Protocol[Made_co]):
    """What is made once."""

    def __call__(self) -> Made_co:
        """The one that was made."""

    def cache_clear(self) -> None:
        """Make another the next time, as tests do."""


def once(build: Callable[[], T]) -> Kept[T]:
    """What `build` makes on first use, kept for warm starts."""
    return cache(_quick()(_without(UNUSED)(build)))


@contextmanager
def _without(name: str) -> Iterator[None]:
    """As if this module were not installed, unless it is loaded already."""
    missing = sys.modules.setdefault(name, None) is None  # type: ignore[arg-type]
    try:
        yield
    finally:
        if missing:
            del sys.modules[name]


@contextmanager
def _quick() -> Iterator[None]:
    """No garbage is looked for meanwhile, and what was loaded is never looked through again.

    It all stays as long as the process does; the search for garbage in it is a tenth of a cold start.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collects:
            gc.enable()
