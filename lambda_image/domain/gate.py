"""How far a repair may go on its own, and what the team says about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What may come of a repair, the least first; nothing is ever merged."""

    DIAGNOSIS = "diagnosis"
    SUGGESTION = "suggestion"
    PULL_REQUEST = "pull request"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class RepairPolicy:
    """The team's word: `most` is a cap that no rule lifts.

    `careful` are shell patterns of paths in which a pull request needs the highest confidence. A change of
    more than `lines` is only suggested.
    """

    most: Level = Level.PULL_REQUEST
    careful: tuple[str, ...] = ()
    lines: int = 100


# A team that has said nothing.
UNCAPPED = RepairPolicy()


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a repair goes: `held` says why no further, `risks` what a reviewer should know."""

    level: Level
    held: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
