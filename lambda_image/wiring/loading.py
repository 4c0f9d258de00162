"""How a function is loaded: once, and without delay."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol, TypeVar

T = TypeVar("T")
Made_co = TypeVar("Made_co", covariant=True)


class Kept(Protocol[Made_co]):
    """What is made once."""

    def __call__(self) -> Made_co:
        """The one that was made."""

    def cache_clear(self) -> None:
        """Make another the next time, as tests do."""


def once(build: Callable[[], T]) -> Kept[T]:
    """What `build` makes on first use, kept for warm starts."""
    return cache(_quick()(build))


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
