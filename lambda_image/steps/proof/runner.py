"""How the tests of one language are run and read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace

Command = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Test ids by what became of them; `ran` is false where the run ended before any test could."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    ran: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A reproduction as it is asked for: where it will stand, and what its author has to know."""

    path: str
    function: str
    framework: str
    fence: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Runner:
    """What is known of one language.

    `tool` is the program without which nothing runs. `is_test` knows a test file by its path. `own` is the
    command for the repository's tests in these files, None where it has none that can be run; `missing` says
    why they cannot be. `alone` runs one reproduction. `asked` is None where none can be written. `again` is
    another command where one could not be run, by its output. `plain` makes a report for machines one that
    people, `results` and `traces` can read. `gap` says what is not there, by the output of a run without it.
    """

    language: str
    tool: str
    suffixes: tuple[str, ...]
    is_test: Callable[[str], bool]
    own: Callable[[Tree, tuple[str, ...]], Command | None]
    alone: Callable[[Tree, Reproduction], Command]
    results: Callable[[int | None, str], Results]
    traces: Callable[[str], list[Trace]]
    asked: Callable[[Tree, str, str, str], Asked | None]
    missing: Callable[[Tree], str | None] = lambda _tree: None
    again: Callable[[Command, str], Command | None] = lambda _command, _output: None
    plain: Callable[[str], str] = lambda output: output
    gap: Callable[[str], str | None] = lambda _output: None


def parts(pattern: re.Pattern[str], output: str) -> list[list[str]]:
    """The output cut into pieces that begin where the pattern is found, as lines."""
    return [piece.splitlines() for piece in pattern.split(output) if piece.strip()]


def slug(fingerprint: str) -> str:
    """A fingerprint as a part of a name."""
    return re.sub(r"\W", "_", fingerprint)
