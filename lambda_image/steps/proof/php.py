"""PHP: PHPUnit, the repository's own or that of the machine."""

from __future__ import annotations

import re

from lambda_image.domain.events import Frame
from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof import junit
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, number

PHPUNIT = "vendor/bin/phpunit"
# What PHPUnit prints changed with its version 10; its report did not.
WORDS = ("php", PHPUNIT, "--colors=never", "--log-junit", "php://stdout")
CONFIGURED = ("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml", PHPUNIT)
_HEAD = re.compile(r"^(?P<type>[A-Z][\w\\]*): (?P<message>.*)$")
# What PHPUnit up to 9 makes of PHP's warnings; a program that does not let them pass logs PHP's own class.
_WARNED, WARNING = "PHPUnit\\Framework\\Error\\", "ErrorException"
_PLACE = re.compile(r"^(?P<file>/\S+\.php):(?P<line>\d+)$")
_ABSENT = f"Could not open input file: {PHPUNIT}"


def _own(tree: Tree, tests: tuple[str, ...]) -> Command | None:
    """All that its configuration names, else those below `tests`: several files it takes since 10 only."""
    if not tests or _missing(tree) is not None:
        return None
    configured = any(name in tree.names for name in CONFIGURED[:3])
    return WORDS if configured else (*WORDS, tests[0].partition("/")[0])


def _missing(tree: Tree) -> str | None:
    named = "phpunit" in tree.text("composer.json") or any(name in tree.names for name in CONFIGURED)
    return None if named else "nothing in the tree says that its tests are run by PHPUnit"


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    return (*WORDS, reproduction.path)


def _results(_code: int | None, output: str) -> Results:
    return junit.results(output, "::", ran="</testsuites>" in output)


def _traces(output: str) -> list[Trace]:
    """PHPUnit prints places without functions, the raising one first."""
    found = []
    for case in junit.cases(output):
        lines = (case.said or "").splitlines()
        # The first line names the test.
        if case.kind.startswith(_WARNED):
            lines[1:2] = [f"{WARNING}: {lines[1]}"] if lines[1:] else []
        head = next((match for line in lines[1:] if (match := _HEAD.match(line))), None)
        places = [match for line in lines if (match := _PLACE.match(line))]
        frames = tuple(
            Frame(each["file"], number(each["line"]), None, "/vendor/" not in each["file"])
            for each in reversed(places)
        )
        if head and frames:
            found.append(Trace("php", head["type"], head["message"], frames))
    return found


def _gap(output: str) -> str | None:
    return "PHPUnit is not where the tests run" if _ABSENT in output else None


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
    lambda path: path.endswith("Test.php") and not path.startswith("vendor/"),
    _own,
    _alone,
    _results,
    _traces,
    _asked,
    _missing,
    gap=_gap,
)
