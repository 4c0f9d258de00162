"""PHP: PHPUnit, where the tree carries it; none ships with the language."""

from __future__ import annotations

import re

from lambda_image.domain.events import Frame
from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, parts, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, number

PHPUNIT = "vendor/bin/phpunit"
_FAILED = re.compile(r"^\d+\) (?P<name>\S+::\S+.*)$", re.MULTILINE)
_PIECE = re.compile(r"^(?=\d+\) \S+::)", re.MULTILINE)
_DONE = re.compile(r"^ok \d+ - (?P<name>.+)$", re.MULTILINE)
_COUNTED = re.compile(r"^(?:OK \(|Tests: )\d+", re.MULTILINE)
_HEAD = re.compile(r"^(?P<type>[A-Z][\w\\]*): (?P<message>.*)$")
_PLACE = re.compile(r"^(?P<file>/\S+\.php):(?P<line>\d+)$")


def _own(tree: Tree, tests: tuple[str, ...]) -> Command | None:
    return ("php", PHPUNIT, "--colors=never", "--debug") if tests and _missing(tree) is None else None


def _missing(tree: Tree) -> str | None:
    return None if PHPUNIT in tree.names else f"there is no {PHPUNIT} in the tree to run its tests"


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    return ("php", PHPUNIT, "--colors=never", "--debug", reproduction.path)


def _results(_code: int | None, output: str) -> Results:
    """With --debug each test is named as it starts and ends, since PHPUnit 6 in one of two wordings."""
    failed = tuple(dict.fromkeys(found["name"] for found in _FAILED.finditer(output)))
    ended = re.findall(r"^(?:Test '(?P<old>\S+)' ended|Test Passed \((?P<new>\S+)\))$", output, re.MULTILINE)
    passed = tuple(dict.fromkeys(name for pair in ended for name in pair if name and name not in failed))
    return Results(passed, failed, bool(_COUNTED.search(output)))


def _traces(output: str) -> list[Trace]:
    """PHPUnit prints places without functions, the raising one first."""
    found = []
    for piece in parts(_PIECE, output):
        head = next((match for line in piece[1:] if (match := _HEAD.match(line))), None)
        places = [match for line in piece if (match := _PLACE.match(line))]
        frames = tuple(
            Frame(each["file"], number(each["line"]), None, "/vendor/" not in each["file"])
            for each in reversed(places)
        )
        if head and frames:
            found.append(Trace("php", head["type"], head["message"], frames))
    return found


def _asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    if _missing(tree):
        return None
    test = f"Tracemend{slug(fingerprint).title().replace('_', '')}Test"
    return Asked(
        path=f"tests/{test}.php",
        function=function,
        framework="PHPUnit",
        fence="php",
        instruction=(
            f"Write the class `{test}` that extends PHPUnit\\Framework\\TestCase. Load {file} with"
            " require_once and a path from __DIR__ if it has no autoloader. Do not use expectException or"
            " try; the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner(
    "PHP",
    "php",
    (".php",),
    lambda path: path.endswith("Test.php"),
    _own,
    _alone,
    _results,
    _traces,
    _asked,
    _missing,
)
