"""Java: JUnit through Maven, offline, with what stands in its local repository."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from lambda_image.domain.patch import Reproduction
from lambda_image.steps.proof import junit
from lambda_image.steps.proof.runner import Asked, Command, Results, Runner, slug
from lambda_image.steps.proof.tree import Tree
from lambda_image.steps.traces import Trace, java

MAVEN = "mvn -o -B -DtrimStackTrace=false test"
# What surefire prints of a test depends on its version; its reports do not.
REPORTED = (
    "find . -path '*/surefire-reports/*.xml' -delete; {maven}; code=$?;"
    " find . -path '*/surefire-reports/TEST-*.xml' -exec sed '/<property /d' {{}} +; exit $code"
)
# Of a project in parts, not all have the tests; the name of the option changed with surefire 3.
ONLY = "-Dtest={tests} -DfailIfNoTests=false -Dsurefire.failIfNoSpecifiedTests=false"
# What surefire takes for tests where nobody tells it otherwise.
_NAMED = re.compile(r"Test\w*|\w*(?:Tests?|TestCase)")


def _own(tree: Tree, tests: tuple[str, ...]) -> Command | None:
    """Those that are named as tests are; where none is, all that the project runs."""
    if "pom.xml" not in tree.names or not tests:
        return None
    return _maven(name for test in tests if _NAMED.fullmatch(name := PurePosixPath(test).stem))


def _maven(tests: Iterable[str]) -> Command:
    only = ONLY.format(tests=names) if (names := ",".join(dict.fromkeys(tests))) else ""
    return ("sh", "-c", REPORTED.format(maven=f"{MAVEN} {only}".rstrip()))


def _missing(tree: Tree) -> str | None:
    return None if "pom.xml" in tree.names else "only Maven is known here, and there is no pom.xml at the top"


def _alone(_tree: Tree, reproduction: Reproduction) -> Command:
    return _maven([PurePosixPath(reproduction.path).stem])


def _results(code: int | None, output: str) -> Results:
    return junit.results(output, ".", ran=code == 0)


def _traces(output: str) -> list[Trace]:
    read = (java.read(case.said.splitlines()) for case in junit.cases(output) if case.said)
    return [trace for trace in read if trace is not None]


def _asked(tree: Tree, file: str, function: str, fingerprint: str) -> Asked | None:
    pom = tree.text("pom.xml")
    found = re.fullmatch(r"(?P<top>(?:.*/)?)src/main/java/(?P<package>.+)/(?P<name>\w+)\.java", file)
    if not found or "junit" not in pom:
        return None
    package = found["package"].replace("/", ".")
    test = f"{found['name']}{slug(fingerprint).title().replace('_', '')}Test"
    five = "jupiter" in pom
    marked = "org.junit.jupiter.api.Test" if five else "org.junit.Test"
    return Asked(
        path=f"{found['top']}src/test/java/{found['package']}/{test}.java",
        function=function,
        framework="JUnit 5" if five else "JUnit 4",
        fence="java",
        instruction=(
            f"Write the class `{test}` in `package {package};` with {marked}. Do not use assertThrows,"
            " expected or try; the test must fail now and pass once the bug is fixed."
        ),
    )


RUNNER = Runner(
    "Java",
    "mvn",
    (".java",),
    lambda path: "/src/test/" in f"/{path}" and path.endswith(".java"),
    _own,
    _alone,
    _results,
    _traces,
    _asked,
    _missing,
)
