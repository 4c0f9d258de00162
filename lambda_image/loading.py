"""How a function is loaded: once, and without delay."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def once(build: Callable[[], T]) -> Callable[[], T]:
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
