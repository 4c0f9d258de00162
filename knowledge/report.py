"""What a run did: one report for each source, and one row for each page that is not as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

ChangeKind = Literal["new", "changed", "moved", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """A page that is not as it was. `address` is where it is now, or was; `before` where a moved one was."""

    kind: ChangeKind
    address: str
    title: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one source gave: `pages` that are there, `written` of them new, changed or moved; wall time.

    `passages` are those of these pages, so far as they are known. `deleted` pages of the index are in none of
    the sources any more; they stand with the first one. `skipped` names files and why they were left out,
    `unread` counts those of kinds that are not read, by ending; `garbled` are pages that are not in UTF-8.
    `failed` says why the source could not be read to its end; its old pages stay.
    """

    source: str
    pages: int
    passages: int
    written: int
    deleted: int
    seconds: float
    new: int = 0
    changed: int = 0
    moved: int = 0
    skipped: tuple[tuple[str, str], ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    garbled: tuple[str, ...] = ()
    failed: str = ""


Told = Callable[[Change], None]
