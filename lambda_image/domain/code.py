"""Source code as it is looked into: definitions, and the parts that a file falls into."""

from __future__ import annotations

from dataclasses import dataclass

FUNCTION, CLASS, REST = "function", "class", "rest"


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class: lines 1-based and inclusive, decorators included."""

    name: str
    start: int
    end: int
    kind: str = FUNCTION


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file defines, and the words of its import statements."""

    definitions: tuple[Definition, ...] = ()
    imports: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a file that belong together: a function whole, or a run of lines of a class or module.

    Parts do not overlap. `owner` is the class around it; the name of a run is its class, or empty.
    """

    file: str
    name: str
    start: int
    end: int
    kind: str
    owner: str = ""

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.end - self.start + 1
